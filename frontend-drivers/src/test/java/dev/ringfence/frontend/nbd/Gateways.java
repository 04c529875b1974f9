// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A gateway before a disk in memory; afterwards every buffer must be back and every request answered. */
@Timeout(120)
abstract class Gateways {
    private static final AtomicInteger SOCKETS = new AtomicInteger();

    @TempDir
    Path directory;

    MemoryBlockFrontend disk;
    NbdGateway gateway;

    void start(MemoryBlockFrontend.Builder options) throws IOException {
        start(options, NbdTuning.defaults());
    }

    void start(MemoryBlockFrontend.Builder options, NbdTuning tuning) throws IOException {
        disk = options.build();
        gateway = NbdGateway.start(disk, unusedEndpoint(), "vol0", tuning);
    }

    NbdEndpoint unusedEndpoint() {
        return new NbdEndpoint.Unix(directory.resolve(SOCKETS.incrementAndGet() + ".sock"));
    }

    @AfterEach
    void everythingIsGivenBack() {
        if (gateway == null) {
            return;
        }
        gateway.close();
        for (MemoryBlockQueue queue : disk.queues()) {
            assertThat(queue.inFlight()).as("requests in flight").isZero();
            assertThat(queue.allocatedBuffers()).as("buffers not given back").isZero();
        }
        disk.close();
    }

    void awaitNoConnections() {
        await().until(() -> gateway.connections() == 0);
    }

    byte[] onDisk(int offset, int length) {
        byte[] bytes = new byte[length];
        disk.disk().get(offset, bytes);
        return bytes;
    }

    void putOnDisk(int offset, byte[] bytes) {
        disk.disk().put(offset, bytes);
    }

    static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
