// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.Doorbell;
import dev.ringfence.memory.MessageSocket;
import dev.ringfence.memory.SharedMemory;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class KeeperProcessTest {
    @TempDir
    private Path directory;

    private Process process;
    private KeeperClient client;

    @BeforeEach
    void start() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--"))
                .forEach(command::add);
        command.addAll(List.of("-XX:+UseSerialGC", "-Xmx16m", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(KeeperProcess.class.getName(), socket().toString()));
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("keeper.log").toFile())
                .start();
        client = connect();
    }

    private Path socket() {
        return directory.resolve("keeper.sock");
    }

    private KeeperClient connect() {
        return await().until(() -> KeeperClient.connect(socket()), Optional::isPresent)
                .orElseThrow();
    }

    @AfterEach
    void stop() throws IOException {
        process.destroyForcibly().onExit().join();
        client.close();
        // Where reports keep it.
        System.err.print(Files.readString(directory.resolve("keeper.log")));
    }

    @Test
    void whatOneClientHasKeptTheNextOneFinds() throws Exception {
        try (SharedMemory memory = SharedMemory.create("ringfence-kept", 4096);
                Doorbell.Pair bell = Doorbell.create()) {
            memory.window().putLong(8, 42);
            client.keep("memory", "{\"a\":1}", List.of(memory.descriptor()));
            client.keep("bell", "", List.of(bell.ringer(), bell.listener()));
            client.keep("nothing", "übrig", List.of());
        }
        client.close();
        client = connect();

        List<Kept> kept = client.list().orElseThrow();

        assertThat(kept).extracting(Kept::key).containsExactly("memory", "bell", "nothing");
        assertThat(kept).extracting(Kept::note).containsExactly("{\"a\":1}", "", "übrig");
        try (SharedMemory memory = SharedMemory.open(kept.get(0).descriptors().get(0));
                Doorbell.Ringer ringer =
                        new Doorbell.Ringer(kept.get(1).descriptors().get(0));
                Doorbell.Listener listener =
                        new Doorbell.Listener(kept.get(1).descriptors().get(1))) {
            assertThat(memory.window().getLong(8)).isEqualTo(42);
            assertThat(ringer.ring()).isTrue();
            assertThat(listener.await(1_000)).isTrue();
        }
        assertThat(Files.getPosixFilePermissions(socket())).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void theSameKeyIsKeptOnceAndWhatIsDroppedIsClosed() {
        keepOne("a", "first");
        List<Kept> none = all();
        int before = descriptors();
        for (int i = 0; i < 200; i++) {
            keepOne("a", "round " + i);
            keepOne("b", "");
            client.drop("b");
        }

        List<Kept> kept = all();

        assertThat(none).hasSize(1);
        assertThat(kept).extracting(Kept::note).containsExactly("round 199");
        assertThat(descriptors()).isEqualTo(before);
    }

    @Test
    void thousandsOfDescriptorsAreKept() {
        try (Doorbell.Pair bell = Doorbell.create()) {
            List<Descriptor> many =
                    IntStream.range(0, 60).mapToObj(i -> bell.ringer()).toList();
            for (int i = 0; i < 60; i++) {
                assertThat(client.keep("many-" + i, "x".repeat(5_000), many)).isTrue();
            }
        }
        assertThat(descriptors()).isGreaterThan(3_600);
        assertThat(all()).hasSize(60);
    }

    @Test
    void itEndsWhenItIsToldToAndWhenItsLastClientLeavesItWithNothing() {
        keepOne("a", "");
        client.end();
        await().until(() -> !process.isAlive());
        assertThat(socket()).doesNotExist();
        assertThat(client.list()).isEmpty();
        assertThat(client.keep("b", "", List.of())).isFalse();

        assertThatCode(this::start).doesNotThrowAnyException();
        assertThat(KeeperClient.answers(socket())).isTrue();
        keepOne("a", "");
        client.drop("a");
        client.close();
        await().until(() -> !process.isAlive());
    }

    @Test
    void whoOnlyLooksMayBeTheLastToLeave() {
        KeeperClient looker = KeeperClient.connect(socket()).orElseThrow();
        keepOne("a", "");
        client.drop("a");
        client.close();
        looker.close();
        await().until(() -> !process.isAlive());
    }

    @Test
    void whoMakesNoSenseIsLetGoAndNobodyElse() {
        keepOne("a", "kept");
        try (var stranger = MessageSocket.connect(socket())) {
            stranger.send(new byte[] {99, 0, 0}, List.of());
            assertThat(stranger.receive()).isEmpty();
        }
        assertThat(all()).extracting(Kept::note).containsExactly("kept");
    }

    private void keepOne(String key, String note) {
        try (Doorbell.Pair bell = Doorbell.create()) {
            assertThat(client.keep(key, note, List.of(bell.ringer(), bell.listener())))
                    .isTrue();
        }
    }

    private List<Kept> all() {
        List<Kept> kept = client.list().orElseThrow();
        kept.forEach(Kept::close);
        return kept;
    }

    private int descriptors() {
        all(); // everything said before has been heard
        try (var open = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
            return (int) open.count();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
