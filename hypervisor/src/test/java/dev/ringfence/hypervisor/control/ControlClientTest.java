// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.control;

import static dev.ringfence.hypervisor.control.ScriptedMachine.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ControlClientTest {
    @TempDir
    Path root;

    private final ScriptedMachine machine = new ScriptedMachine();
    private MachineDirectory directory;
    private ControlServer server;
    private ControlClient client;

    @BeforeEach
    void startServer() {
        directory = new MachineDirectory(root.resolve("m"));
        directory.create();
        server = ControlServer.start(directory.controlSocket(), machine);
        client = new ControlClient(directory);
    }

    @AfterEach
    void stopServer() {
        client.close();
        server.close();
    }

    @Test
    void readsTheStatusAsItWasWritten() {
        assertThat(client.status()).isEqualTo(ScriptedMachine.STATUS);
    }

    @Test
    void passesOnWhatItIsToldToDo() {
        client.kill("disk", KillMethod.LEAK);
        client.attach("web", "xvda");
        client.detach("web", "a/b ä?");
        client.shutdown();

        assertThat(machine.calls).containsExactly("kill disk LEAK", "attach web xvda", "detach web a/b ä?", "shutdown");
    }

    @Test
    void reportsARefusalInTheMachinesWords() {
        ControlException refused =
                catchThrowableOfType(ControlException.class, () -> client.kill("dsk", KillMethod.KILL));

        assertThat(refused).hasMessage("there is no domain \"dsk\"");
        assertThat(refused.httpStatus()).isEqualTo(404);
        assertThat(refused.isBadRequest()).isTrue();
    }

    @Test
    void saysThatNoMachineRuns() {
        server.close();

        assertThatThrownBy(client::status)
                .isInstanceOf(ControlException.class)
                .hasMessage("machine \"m\" is not running: nothing answers at " + directory.controlSocket()
                        + "; start it with: ringfence up FILE");
    }

    @Test
    void saysThatTheMachineBrokeOff() throws IOException {
        server.close();
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(directory.controlSocket()));
            CompletableFuture<Throwable> failure =
                    CompletableFuture.supplyAsync(() -> catchThrowableOfType(ControlException.class, client::status));
            listener.accept().close();

            assertThat(failure.join()).hasMessageStartingWith("the machine broke off");
        }
    }

    @Test
    void readsRecentEventsAsTheyWereWritten() {
        machine.happen(event(1));
        machine.happen(event(2));

        assertThat(client.recentEvents()).containsExactly(event(1), event(2));
    }

    @Test
    void followsEventsFromTheRecentOnesToTheLast() throws Exception {
        machine.happen(event(0));
        machine.happen(event(1));
        List<MachineEvent> seen = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> following = CompletableFuture.runAsync(() -> client.follow(seen::add));
        await().until(() -> seen.size() == 2);

        machine.happen(event(2));
        await().until(() -> seen.size() == 3);
        machine.happen(event(3));
        server.close();

        following.get(30, TimeUnit.SECONDS);
        assertThat(seen).containsExactly(event(0), event(1), event(2), event(3));
    }

    @Test
    void stopsFollowingWhenItHasSeenEnough() {
        machine.happen(event(0));
        machine.happen(event(1));
        machine.happen(event(2));
        List<MachineEvent> seen = new CopyOnWriteArrayList<>();

        client.follow(event -> {
            seen.add(event);
            return seen.size() < 2;
        });

        assertThat(seen).containsExactly(event(0), event(1));
    }

    @Test
    void seesEachEventOnceWhileTheyHappenAsItSubscribes() throws Exception {
        int count = 500;
        List<MachineEvent> seen = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> happening =
                CompletableFuture.runAsync(() -> IntStream.range(0, count).forEach(i -> machine.happen(event(i))));
        CompletableFuture<Void> following = CompletableFuture.runAsync(() -> client.follow(seen::add));
        happening.get(30, TimeUnit.SECONDS);
        await().until(() -> seen.size() >= count);
        server.close();

        following.get(30, TimeUnit.SECONDS);
        assertThat(seen)
                .containsExactlyElementsOf(IntStream.range(0, count)
                        .mapToObj(ScriptedMachine::event)
                        .toList());
    }
}
