// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedMemoryTest {
    @Test
    void isTheSameMemoryForWhoeverOpensItsDescriptor() {
        try (SharedMemory one = SharedMemory.create("test", 8192);
                SharedMemory other = SharedMemory.open(one.descriptor().duplicate())) {
            one.window().putIntRelease(4096, 0x12345678);
            assertThat(other.window().getIntAcquire(4096)).isEqualTo(0x12345678);
            assertThat(other.bytes()).isEqualTo(8192);
        }
    }

    @Test
    void isSealedAgainstAChangeOfSize() {
        try (SharedMemory memory = SharedMemory.create("test", 8192)) {
            assertThat(LibC.INSTANCE.ftruncate(memory.descriptor().fd(), 4096)).isEqualTo(-1);
            assertThat(LibC.INSTANCE.ftruncate(memory.descriptor().fd(), 16384)).isEqualTo(-1);
        }
    }

    @Test
    void isNotOpenedWhenItsSizeCouldChange(@TempDir Path directory) throws Exception {
        Path file = Files.write(directory.resolve("file"), new byte[4096]);
        try (Descriptor unsealed = Descriptor.open(file.toString(), true)) {
            assertThatThrownBy(() -> SharedMemory.open(unsealed)).isInstanceOf(RuntimeException.class);
        }
    }

    @Test
    void refusesAccessesOutsideAWindow() {
        try (SharedMemory memory = SharedMemory.create("test", 8192)) {
            Window window = memory.window(4096, 64);
            window.putLong(56, 1);
            for (long offset : new long[] {-1, 57, 64, Long.MAX_VALUE, Long.MIN_VALUE}) {
                assertThatThrownBy(() -> window.getLong(offset)).isInstanceOf(IndexOutOfBoundsException.class);
            }
        }
    }

    @Test
    void copiesBytesInAndOut() {
        try (SharedMemory memory = SharedMemory.create("test", 4096)) {
            byte[] in = "ringfence".getBytes(StandardCharsets.UTF_8);
            memory.window().put(100, in, 4, 5);
            byte[] out = new byte[7];
            memory.window().get(100, out, 1, 5);
            assertThat(new String(out, 1, 5, StandardCharsets.UTF_8)).isEqualTo("fence");
            assertThat(out).hasSize(7);
        }
    }

    @Test
    void travelsOverASocketWithAMessage(@TempDir Path directory) {
        Path path = directory.resolve("socket");
        try (MessageSocket listener = MessageSocket.listen(path);
                MessageSocket sender = MessageSocket.connect(path);
                MessageSocket receiver = listener.accept();
                SharedMemory memory = SharedMemory.create("test", 4096)) {
            memory.window().putInt(0, 42);
            assertThat(sender.send(new byte[] {1, 2, 3}, List.of(memory.descriptor())))
                    .isTrue();
            MessageSocket.Message message = receiver.receive().orElseThrow();
            assertThat(message.bytes()).containsExactly(1, 2, 3);
            try (SharedMemory received = SharedMemory.open(message.descriptors().get(0))) {
                assertThat(received.window().getInt(0)).isEqualTo(42);
            }
            assertThat(receiver.peer().pid())
                    .isEqualTo((int) ProcessHandle.current().pid());
            sender.shutdown();
            assertThat(receiver.receive()).isEqualTo(Optional.empty());
        }
    }
}
