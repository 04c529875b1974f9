// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Requests and replies, in golden bytes where they have one form only. */
class TransmissionTest extends Gateways {
    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;

    @Test
    void readsWithASimpleReply() throws IOException {
        start(MemoryBlockFrontend.ofBytes(MIB));
        putOnDisk(512, RawClient.hex("0102" + "aa".repeat(509) + "03"));

        RawClient.simple(gateway)
                .read(0x1122334455667788L, 512, 512)
                .expect("67446698 00000000 1122334455667788 0102" + "aa".repeat(509) + "03");
    }

    @Test
    void readsWithAStructuredReply() throws IOException {
        start(MemoryBlockFrontend.ofBytes(MIB));
        putOnDisk(512, RawClient.hex("0102" + "aa".repeat(509) + "03"));

        RawClient.structured(gateway)
                .read(0x1122334455667788L, 512, 512)
                .expect("668e33ef 0001 0001 1122334455667788 00000208 0000000000000200")
                .expect("0102" + "aa".repeat(509) + "03");
    }

    @Test
    void readsNothing() throws IOException {
        start(MemoryBlockFrontend.ofBytes(MIB));
        RawClient.simple(gateway).read(1, 512, 0).expectSimple(0, 1);
        RawClient.structured(gateway).read(2, 512, 0).expect("668e33ef 0001 0000 0000000000000002 00000000");
    }

    @Test
    void writesAndReadsBack() throws IOException {
        start(MemoryBlockFrontend.ofBytes(MIB));
        byte[] data = random(1, 100 * KIB);
        try (RawClient client = RawClient.simple(gateway)) {
            client.write(1, 4096, data).expectSimple(0, 1);
            assertThat(onDisk(4096, data.length)).isEqualTo(data);

            client.read(2, 4096, data.length).expectSimple(0, 2);
            assertThat(client.receive(data.length)).isEqualTo(data);
            client.write(3, 0).expectSimple(0, 3);
        }
    }

    @Test
    void takesAWriteThatComesInPieces() throws IOException {
        start(MemoryBlockFrontend.ofBytes(MIB).maxTransferBytes(8 * KIB));
        byte[] data = random(2, 20 * KIB);
        ByteBuffer request = ByteBuffer.allocate(28 + data.length);
        request.putInt(0x25609513)
                .putInt(1)
                .putLong(9)
                .putLong(512)
                .putInt(data.length)
                .put(data)
                .flip();
        try (RawClient client = RawClient.structured(gateway)) {
            for (int piece = 1; request.hasRemaining(); piece = piece * 3 % 1021) {
                byte[] bytes = new byte[Math.min(piece, request.remaining())];
                request.get(bytes);
                client.send(ByteBuffer.wrap(bytes));
            }
            client.expectSimple(0, 9);
        }
        assertThat(onDisk(512, data.length)).isEqualTo(data);
    }

    @Test
    void splitsLongRequestsInBatchesThatFitThePool() throws IOException {
        start(MemoryBlockFrontend.ofBytes(16 * MIB)
                .maxTransferBytes(44 * KIB)
                .poolBytes(3 * 44 * KIB)
                .ringSlots(2));
        byte[] data = random(3, 9 * MIB);
        try (RawClient client = RawClient.simple(gateway)) {
            client.write(1, 512, data).expectSimple(0, 1);
            assertThat(onDisk(512, data.length)).isEqualTo(data);

            client.read(2, 512, data.length).read(3, 0, 512).write(4, 0, new byte[512]);
            client.expectSimple(0, 2);
            assertThat(client.receive(data.length)).isEqualTo(data);
            client.expectSimple(0, 3);
            client.receive(512);
            client.expectSimple(0, 4);
        }
        try (RawClient client = RawClient.structured(gateway)) {
            assertThat(readStructured(client, 5, 512, data.length)).isEqualTo(data);
        }
    }

    @Test
    void makesDoWithTheBuffersThereAre() throws IOException {
        start(MemoryBlockFrontend.ofBytes(16 * MIB).poolBytes(20 * KIB));
        byte[] data = random(10, 2 * MIB);
        try (RawClient client = RawClient.structured(gateway)) {
            client.write(1, 0, data).expectSimple(0, 1);
            assertThat(readStructured(client, 2, 0, data.length)).isEqualTo(data);
            client.request(0, 6, 3, 0, 2 * MIB).expectSimple(0, 3);
        }
        assertThat(onDisk(0, data.length)).isEqualTo(new byte[data.length]);
    }

    @Test
    void followsADiskThatReconnectsWithLess() throws IOException {
        start(MemoryBlockFrontend.ofBytes(2 * MIB));
        byte[] data = random(11, 64 * KIB);
        try (RawClient client = RawClient.simple(gateway)) {
            client.write(1, 0, data).expectSimple(0, 1);
            disk.offer(MIB, 8 * KIB);
            client.read(2, 0, data.length).expectSimple(0, 2);
            assertThat(client.receive(data.length)).isEqualTo(data);
            client.read(3, MIB, 512).expectSimple(22, 3);
        }
        try (RawClient late = RawClient.connect(gateway).greet()) {
            late.option(1, "").expect("0000000000100000 096d");
        }
    }

    /** Puts the chunks of one read together; they may come in any order but must cover it exactly. */
    private static byte[] readStructured(RawClient client, long cookie, int offset, int length) throws IOException {
        client.read(cookie, offset, length);
        byte[] data = new byte[length];
        int covered = 0;
        boolean done = false;
        while (!done) {
            client.expect("668e33ef");
            ByteBuffer head = ByteBuffer.wrap(client.receive(16));
            done = head.getShort() == 1;
            assertThat(head.getShort()).as("chunk type").isEqualTo((short) 1);
            assertThat(head.getLong()).isEqualTo(cookie);
            int bytes = head.getInt() - 8;
            long at = ByteBuffer.wrap(client.receive(8)).getLong();
            System.arraycopy(client.receive(bytes), 0, data, (int) (at - offset), bytes);
            covered += bytes;
        }
        assertThat(covered).isEqualTo(length);
        return data;
    }

    @Test
    void answersAsTheDiskDoes() throws IOException {
        long seed = 4;
        start(MemoryBlockFrontend.ofBytes(MIB).outOfOrder(seed));
        disk.pause();
        try (RawClient client = RawClient.simple(gateway)) {
            for (int cookie = 0; cookie < 60; cookie++) {
                client.write(cookie, cookie * 4096L, random(cookie, 4096));
            }
            disk.resume();
            Set<Long> answered = new HashSet<>();
            boolean inOrder = true;
            for (int i = 0; i < 60; i++) {
                ByteBuffer reply = ByteBuffer.wrap(client.receive(16));
                assertThat(reply.getLong()).isEqualTo(0x6744669800000000L);
                long cookie = reply.getLong();
                answered.add(cookie);
                inOrder &= cookie == i;
            }
            assertThat(answered).hasSize(60);
            assertThat(inOrder).as("in order, seed=%d", seed).isFalse();
        }
        for (int cookie = 0; cookie < 60; cookie++) {
            assertThat(onDisk(cookie * 4096, 4096)).isEqualTo(random(cookie, 4096));
        }
    }

    @Test
    void publishesOnceForAllRequestsOfARead() throws IOException {
        start(MemoryBlockFrontend.ofBytes(MIB));
        try (RawClient client = RawClient.simple(gateway)) {
            long before = disk.queue().publishes();
            ByteBuffer requests = ByteBuffer.allocate(32 * 28);
            for (int i = 0; i < 32; i++) {
                requests.putInt(0x25609513).putInt(0).putLong(i).putLong(0).putInt(512);
            }
            client.send(requests.flip());
            client.receive(32 * (16 + 512));
            assertThat(disk.queue().publishes() - before).isOne();
        }
    }

    @Test
    void refusesWhatTheExportCannotDo() throws IOException {
        start(MemoryBlockFrontend.ofBytes(MIB));
        try (RawClient client = RawClient.simple(gateway)) {
            client.read(1, 1, 512).expectSimple(22, 1);
            client.write(2, 512, new byte[513]).expectSimple(22, 2);
            client.write(3, MIB, new byte[70 * KIB]).expectSimple(28, 3);
            client.request(0, 77, 4, 0, 0).expectSimple(22, 4);
            client.request(0, 0, 5, 0, 33 * MIB).expectSimple(22, 5);
            client.request(1 << 4, 6, 6, 0, 512).expectSimple(95, 6);
            client.request(0, 5, 7, 0, 512).expectSimple(22, 7);
            client.read(8, 0, 512).expectSimple(0, 8);
        }
        RawClient.structured(gateway).read(9, 1, 512).expectErrorChunk(22, 9);
        assertThat(gateway.violations()).isZero();
    }

    @Test
    void explainsAnErrorToAHuman() throws IOException {
        start(MemoryBlockFrontend.ofBytes(MIB).readOnly());
        RawClient.structured(gateway)
                .write(1, 0, new byte[512])
                .expect("668e33ef 0001 8001 0000000000000001 0000001d 00000001 0017 \"the export is read-only\"");
    }

    @Test
    void refusesToChangeAReadOnlyExport() throws IOException {
        start(MemoryBlockFrontend.ofBytes(MIB).readOnly());
        try (RawClient client = RawClient.simple(gateway)) {
            client.write(1, 0, new byte[4096]).expectSimple(1, 1);
            client.request(0, 4, 2, 0, 4096).expectSimple(1, 2);
            client.request(0, 6, 3, 0, 4096).expectSimple(1, 3);
            client.read(4, 0, 512).expectSimple(0, 4);
        }
    }

    @Test
    void flushes() throws IOException {
        start(MemoryBlockFrontend.ofBytes(MIB));
        RawClient.simple(gateway).request(0, 3, 1, 0, 0).expectSimple(0, 1);
        assertThat(disk.queue().flushes()).isOne();
    }

    @Test
    void flushesBeforeItAnswersFua() throws IOException {
        start(MemoryBlockFrontend.ofBytes(MIB).maxTransferBytes(4096));
        try (RawClient client = RawClient.simple(gateway)) {
            client.request(1, 1, 1, 0, 16 * KIB, random(5, 16 * KIB)).expectSimple(0, 1);
            assertThat(disk.queue().flushes()).isOne();
            client.request(1, 6, 2, 0, 64 * KIB).expectSimple(0, 2);
            assertThat(disk.queue().flushes()).isEqualTo(2);
            client.request(1, 4, 3, 0, 4096).expectSimple(0, 3);
            assertThat(disk.queue().flushes()).isEqualTo(3);
            client.request(1, 0, 4, 0, 512).expectSimple(0, 4);
            assertThat(disk.queue().flushes()).as("a read has nothing to flush").isEqualTo(3);
        }
    }

    @Test
    void trims() throws IOException {
        start(MemoryBlockFrontend.ofBytes(MIB));
        putOnDisk(0, random(6, 64 * KIB));
        RawClient.simple(gateway).request(0, 4, 1, 4096, 8192).expectSimple(0, 1);
        assertThat(onDisk(4096, 8192)).containsOnly(0);
        assertThat(onDisk(12288, 512)).isEqualTo(Arrays.copyOfRange(random(6, 64 * KIB), 12288, 12800));
    }

    @Test
    void trimsNoMoreThanTheDiskDiscardsAtOnce() throws IOException {
        start(MemoryBlockFrontend.ofBytes(MIB));
        putOnDisk(0, RawClient.hex("77".repeat(64 * KIB)));
        try (RawClient client = RawClient.simple(gateway)) {
            client.request(0, 4, 1, 512, 12 * KIB).expectSimple(0, 1);
            client.request(0, 4, 2, 32 * KIB + 512, 4096).expectSimple(0, 2);
            client.request(0, 4, 3, 0, 0).expectSimple(0, 3);
        }
        assertThat(onDisk(0, 4096)).containsOnly(0x77);
        assertThat(onDisk(4096, 8192)).containsOnly(0);
        assertThat(onDisk(12 * KIB, 52 * KIB)).containsOnly(0x77);
    }

    @Test
    void takesATrimForAHint() throws IOException {
        start(MemoryBlockFrontend.ofBytes(MIB).discardNotSupported());
        putOnDisk(0, random(6, 4096));
        RawClient.simple(gateway).request(0, 4, 1, 0, 4096).expectSimple(0, 1);
        assertThat(onDisk(0, 4096)).isEqualTo(random(6, 4096));
    }

    @Test
    void writesZeroesOfAnyLengthFromOneBuffer() throws IOException {
        start(MemoryBlockFrontend.ofBytes(64 * MIB)
                .maxTransferBytes(44 * KIB)
                .poolBytes(44 * KIB)
                .ringSlots(3));
        putOnDisk(0, random(7, 64 * MIB));
        RawClient.simple(gateway).request(1 << 1, 6, 1, 512, 64 * MIB - 1024).expectSimple(0, 1);
        assertThat(Arrays.equals(onDisk(512, 64 * MIB - 1024), new byte[64 * MIB - 1024]))
                .isTrue();
        assertThat(onDisk(0, 512)).isEqualTo(Arrays.copyOf(random(7, 64 * MIB), 512));
    }

    @Test
    void reportsWhatTheDiskFails() throws IOException {
        start(MemoryBlockFrontend.ofBytes(MIB).maxTransferBytes(8 * KIB).failingAt(offset -> offset == 20 * KIB));
        try (RawClient client = RawClient.simple(gateway)) {
            client.write(1, 0, random(8, 64 * KIB)).expectSimple(5, 1);
            client.read(2, 0, 64 * KIB).expectSimple(5, 2);
            client.request(0, 6, 3, 0, MIB).expectSimple(5, 3);
            client.request(0, 4, 4, 16 * KIB, 8 * KIB).expectSimple(5, 4);
            client.request(1, 1, 5, 20 * KIB, 512, new byte[512]).expectSimple(5, 5);
            assertThat(disk.queue().flushes())
                    .as("no flush after a failed write")
                    .isZero();
            client.read(6, 0, 8 * KIB).expectSimple(0, 6);
        }
        RawClient.structured(gateway).read(7, 0, 64 * KIB).expectErrorChunk(5, 7);
    }

    @Test
    void hangsUpWhenTheDiskFailsInTheMiddleOfASimpleReply() throws IOException {
        start(MemoryBlockFrontend.ofBytes(MIB)
                .maxTransferBytes(8 * KIB)
                .poolBytes(16 * KIB)
                .failingAt(offset -> offset == 20 * KIB));
        RawClient client = RawClient.simple(gateway).read(1, 0, 64 * KIB).expectSimple(0, 1);
        client.receive(16 * KIB);
        client.expectClosed();
    }

    @Test
    void finishesWhatIsUnderWayBeforeADisconnect() throws IOException {
        start(MemoryBlockFrontend.ofBytes(MIB).threaded());
        disk.pause();
        try (RawClient client = RawClient.simple(gateway)) {
            client.write(1, 0, random(9, 4096)).read(2, 4096, 512).disconnect();
            client.read(3, 0, 512);
            disk.resume();
            client.expectSimple(0, 1).expectSimple(0, 2);
            client.receive(512);
            client.expectClosed();
        }
        assertThat(onDisk(0, 4096)).isEqualTo(random(9, 4096));
    }

    @Test
    void servesClientsOnAllQueues() throws IOException {
        start(MemoryBlockFrontend.ofBytes(MIB).queues(3));
        RawClient[] clients = new RawClient[6];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = RawClient.simple(gateway);
            clients[i].write(i, i * 4096L, random(i, 4096)).expectSimple(0, i);
        }
        for (int i = 0; i < clients.length; i++) {
            clients[i].read(i, (5 - i) * 4096L, 4096).expectSimple(0, i);
            assertThat(clients[i].receive(4096)).isEqualTo(random(5 - i, 4096));
        }
        assertThat(disk.queues())
                .allSatisfy(queue -> assertThat(queue.publishes()).isEqualTo(4));
    }
}
