// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a client does, or fails to do, costs it its own connection and nobody else anything. */
class HostileClientTest extends Gateways {
    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;

    private RawClient neighbour;

    private void startWithNeighbour(MemoryBlockFrontend.Builder options, NbdTuning tuning) throws IOException {
        start(options, tuning);
        neighbour = RawClient.simple(gateway);
    }

    private void startWithNeighbour() throws IOException {
        startWithNeighbour(MemoryBlockFrontend.ofBytes(MIB), NbdTuning.defaults());
    }

    @AfterEach
    void theNeighbourIsServed() throws IOException {
        neighbour.write(99, 0, random(99, 8 * KIB)).expectSimple(0, 99);
        neighbour.read(100, 0, 8 * KIB).expectSimple(0, 100);
        assertThat(neighbour.receive(8 * KIB)).isEqualTo(random(99, 8 * KIB));
        neighbour.close();
        awaitNoConnections();
    }

    @Test
    void wrongMagic() throws IOException {
        startWithNeighbour();
        RawClient.simple(gateway).send("25609514" + "00".repeat(24)).expectClosed();
        assertThat(gateway.violations()).isOne();
    }

    @Test
    void garbageBehindAGoodRequest() throws IOException {
        startWithNeighbour();
        RawClient client = RawClient.simple(gateway).write(1, 0, random(1, 512));
        client.send("ff".repeat(1000)).expectClosed();
        assertThat(gateway.violations()).isOne();
    }

    @Test
    void absurdWriteLength() throws IOException {
        startWithNeighbour();
        RawClient.simple(gateway).request(0, 1, 1, 0, -512).expectClosed();
        RawClient.structured(gateway).request(0, 1, 1, 0, 33 * MIB).expectClosed();
        assertThat(gateway.violations()).isEqualTo(2);
    }

    @Test
    void goneInTheMiddleOfARequest() throws IOException {
        startWithNeighbour();
        RawClient.simple(gateway).send("2560").close();
        RawClient.simple(gateway).request(0, 1, 1, 0, 8 * KIB, random(1, 5000)).close();
        RawClient.simple(gateway)
                .request(0, 1, 1, MIB, 8 * KIB, random(1, 5000))
                .close();
        await().until(() -> gateway.connections() == 1);
        assertThat(disk.queue().allocatedBuffers()).isZero();
    }

    @Test
    void goneWithRequestsInFlight() throws IOException {
        startWithNeighbour(
                MemoryBlockFrontend.ofBytes(MIB).threaded().ringSlots(4).maxTransferBytes(8 * KIB),
                NbdTuning.defaults());
        disk.pause();
        RawClient client = RawClient.simple(gateway);
        client.read(1, 0, 8 * KIB).write(2, 0, random(2, 20 * KIB)).read(3, 0, 64 * KIB);
        await().until(() -> disk.queue().inFlight() == 4);
        client.close();
        await().until(() -> gateway.connections() == 1);
        assertThat(disk.queue().allocatedBuffers())
                .as("the driver may still use them")
                .isEqualTo(4);
        disk.resume();
        await().until(() -> disk.queue().allocatedBuffers() == 0);
    }

    @Test
    void goneWithZeroesFlushesAndTrimsInFlight() throws IOException {
        startWithNeighbour(MemoryBlockFrontend.ofBytes(MIB).threaded().maxTransferBytes(8 * KIB), NbdTuning.defaults());
        disk.pause();
        RawClient client = RawClient.simple(gateway);
        client.request(1, 6, 1, 0, MIB).request(0, 3, 2, 0, 0).request(1, 4, 3, 0, 4096);
        await().until(() -> disk.queue().inFlight() == 18);
        client.close();
        await().until(() -> gateway.connections() == 1);
        disk.resume();
        await().until(() -> disk.queue().inFlight() == 0);
        assertThat(disk.queue().allocatedBuffers()).isZero();
    }

    @Test
    void neverReadsItsReplies() throws IOException {
        startWithNeighbour(MemoryBlockFrontend.ofBytes(MIB).poolBytes(32 * MIB).ringSlots(256), NbdTuning.defaults());
        RawClient client = RawClient.simple(gateway);
        sendUntilRefused(client, 0, 64 * KIB);
        // The high water mark, and the reads under way when it was passed.
        assertThat(disk.queue().allocatedBuffers()).isBetween(1, 2 + 2 * MIB / (64 * KIB) + 256);
        client.close();
        await().until(() -> gateway.connections() == 1);
        assertThat(disk.queue().allocatedBuffers()).isZero();
    }

    @Test
    void starvesOthersOfBuffersByNotReading() throws IOException {
        startWithNeighbour(
                MemoryBlockFrontend.ofBytes(MIB).poolBytes(64 * KIB).maxTransferBytes(8 * KIB),
                NbdTuning.defaults().withStarvation(Duration.ofMillis(50)));
        RawClient client = RawClient.simple(gateway);
        sendUntilRefused(client, 0, 64 * KIB);
        neighbour.read(7, 0, 8 * KIB).expectSimple(0, 7);
        neighbour.receive(8 * KIB);
        client.expectClosed();
    }

    @Test
    void slowButStarvingNobodyElse() throws IOException {
        startWithNeighbour(
                MemoryBlockFrontend.ofBytes(MIB).poolBytes(64 * KIB).maxTransferBytes(8 * KIB),
                NbdTuning.defaults().withStarvation(Duration.ofMillis(20)));
        ByteBuffer requests = ByteBuffer.allocate(1000 * 28);
        for (int i = 0; i < 1000; i++) {
            requests.putInt(0x25609513).putInt(0).putLong(i).putLong(0).putInt(8 * KIB);
        }
        RawClient client = RawClient.structured(gateway).send(requests.flip());
        await().until(() -> disk.queue().allocatedBuffers() == 8);
        await().during(Duration.ofMillis(200)).until(() -> gateway.connections() == 2);
        for (int i = 0; i < 1000; i++) {
            client.expect("668e33ef 0001 0001 %016x 00002008 0000000000000000".formatted(i));
            client.receive(8 * KIB);
        }
        client.close();
    }

    @Test
    void starvesOthersOfBuffersByHalfAPayload() throws IOException {
        startWithNeighbour(
                MemoryBlockFrontend.ofBytes(MIB).poolBytes(8 * KIB).maxTransferBytes(8 * KIB),
                NbdTuning.defaults().withStarvation(Duration.ofMillis(50)));
        RawClient client = RawClient.simple(gateway).request(0, 1, 1, 0, 8 * KIB, random(1, 5000));
        await().until(() -> disk.queue().allocatedBuffers() == 1);
        neighbour.read(7, 0, 8 * KIB).expectSimple(0, 7);
        neighbour.receive(8 * KIB);
        client.expectClosed();
    }

    @Test
    void floodsWithRequestsFasterThanTheDisk() throws IOException {
        startWithNeighbour(
                MemoryBlockFrontend.ofBytes(MIB).threaded().ringSlots(8).poolBytes(64 * KIB), NbdTuning.defaults());
        disk.pause();
        RawClient client = RawClient.simple(gateway);
        sendUntilRefused(client, 3, 0);
        assertThat(disk.queue().inFlight()).isEqualTo(8);
        client.close();
        disk.resume();
        await().until(() -> disk.queue().inFlight() == 0);
    }

    /** Until the server has stopped reading and the socket is full. */
    private static void sendUntilRefused(RawClient client, int type, int length) throws IOException {
        ByteBuffer requests = ByteBuffer.allocate(28 * 1000);
        while (requests.hasRemaining()) {
            requests.putInt(0x25609513).putInt(type).putLong(1).putLong(0).putInt(length);
        }
        requests.flip();
        await().pollInterval(Duration.ofMillis(20)).until(() -> {
            boolean taken = false;
            while (client.sendSome(requests)) {
                taken = true;
                if (!requests.hasRemaining()) {
                    requests.rewind();
                }
            }
            return !taken;
        });
    }

    @Test
    void randomBytes() throws IOException {
        startWithNeighbour();
        long seed = new Random().nextLong();
        System.out.println("randomBytes seed=" + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            byte[] garbage = new byte[random.nextInt(3000)];
            random.nextBytes(garbage);
            try (RawClient client = anyPhase(random)) {
                client.send(ByteBuffer.wrap(garbage));
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("roken pipe");
            }
        }
        await().until(() -> gateway.connections() == 1);
    }

    /** Valid magic, so that the fields behind it are what is random. */
    @Test
    void randomRequests() throws IOException {
        startWithNeighbour(
                MemoryBlockFrontend.ofBytes(MIB)
                        .outOfOrder(1)
                        .maxTransferBytes(8 * KIB)
                        .poolBytes(64 * KIB)
                        .ringSlots(4),
                NbdTuning.defaults());
        long seed = new Random().nextLong();
        System.out.println("randomRequests seed=" + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            try (RawClient client = random.nextBoolean() ? RawClient.simple(gateway) : RawClient.structured(gateway)) {
                for (int requests = random.nextInt(8); requests > 0; requests--) {
                    randomRequest(client, random);
                }
            } catch (IOException e) {
                assertThat(e).hasMessageMatching("(?i).*(broken pipe|reset).*");
            }
        }
        await().until(() -> gateway.connections() == 1);
        await().until(() -> disk.queue().inFlight() == 0);
    }

    private static void randomRequest(RawClient client, Random random) throws IOException {
        int type = random.nextInt(9);
        long offset = random.nextInt(10) == 0 ? random.nextLong() : 512L * random.nextInt(2100);
        int length = random.nextInt(10) == 0 ? random.nextInt() : 512 * random.nextInt(200);
        byte[] payload = new byte[type == 1 && random.nextInt(4) != 0 ? Math.max(0, Math.min(length, 200 * KIB)) : 0];
        client.request(
                random.nextInt(4) == 0 ? random.nextInt(32) : 0, type, random.nextLong(), offset, length, payload);
    }

    private RawClient anyPhase(Random random) throws IOException {
        return switch (random.nextInt(4)) {
            case 0 -> RawClient.connect(gateway);
            case 1 -> RawClient.connect(gateway).greet();
            case 2 -> RawClient.simple(gateway);
            default -> RawClient.structured(gateway);
        };
    }
}
