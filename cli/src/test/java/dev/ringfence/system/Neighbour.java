// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;

/** Asks a {@link VerifyingGuest} how it is getting on. */
final class Neighbour {
    private static final int ENOUGH = 10;

    private final Path socket;

    Neighbour(Path socket) {
        this.socket = socket;
    }

    /** Waits until it has verified some more blocks; none may ever have failed. */
    void awaitProgress() throws IOException {
        try (Commands commands = Commands.connect(socket)) {
            long before = rounds(commands);
            await().atMost(TestMachine.PATIENCE).until(() -> rounds(commands) > before + ENOUGH);
        }
    }

    private static long rounds(Commands commands) throws IOException {
        String[] answer = commands.send("how").split(" ", -1);
        assertThat(answer[1]).as("failures").isEqualTo("0");
        return Long.parseLong(answer[0]);
    }
}
