// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.ringfence.protocol.BlkifLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class XenBlockQueueTest {
    private Connection connection = new Connection();
    private XenBlockQueue queue = connection.queue();
    private ScriptedDriver driver = connection.driver();
    private final Answers answers = new Answers();

    @AfterEach
    void unmap() {
        connection.close();
    }

    private void connect(int ringPages, int firstIndex) {
        connection.close();
        connection = new Connection(1, ringPages, 1024, firstIndex, Connection.disk());
        queue = connection.queue();
        driver = connection.driver();
    }

    @ParameterizedTest
    @CsvSource({
        "512, 1, false", "4096, 1, false", "4608, 2, false", "45056, 11, false",
        "45568, 12, true", "65536, 16, true", "1048064, 256, true", "1048576, 256, true"
    })
    void aTransferNamesAPageForEachSegment(int length, int segments, boolean indirect) {
        GuestBuffer buffer = queue.allocate(length);
        assertThat(queue.write(1024, buffer, length, answers, 1)).isTrue();
        assertThat(driver.hasRequests()).isFalse();
        queue.publish();

        driver.take();
        assertThat(driver.request.isIndirect()).isEqualTo(indirect);
        assertThat(driver.request.transfer()).isEqualTo(BlkifLayout.WRITE);
        assertThat(driver.request.segmentCount()).isEqualTo(segments);
        assertThat(driver.request.sectorNumber()).isEqualTo(2);
        assertThat(driver.request.sectors()).isEqualTo(length / 512);
        assertThat(driver.request.handle()).isEqualTo(51712);
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 4096, 44 << 10, 48 << 10, 1 << 20})
    void whatIsWrittenIsRead(int length) {
        byte[] content = new byte[length];
        new Random(length).nextBytes(content);
        GuestBuffer buffer = queue.allocate(length);
        buffer.bytes().put(content);
        queue.write(8192, buffer, length, answers, 1);
        complete();
        byte[] onDisk = new byte[length];
        driver.disk.get(8192, onDisk);
        assertThat(onDisk).isEqualTo(content);

        GuestBuffer other = queue.allocate(length);
        queue.read(8192, other, length, answers, 2);
        complete();
        byte[] read = new byte[length];
        other.bytes().get(0, read);
        assertThat(read).isEqualTo(content);
        assertThat(answers.all).containsExactly("1:0", "2:0");
    }

    private void complete() {
        queue.publish();
        driver.serve();
        assertThat(queue.poll()).isEqualTo(1);
    }

    @Test
    void flushAndDiscardReachTheDriver() {
        queue.flush(answers, 1);
        queue.discard(4096, 8192, answers, 2);
        queue.publish();
        driver.take();
        assertThat(driver.request.operation()).isEqualTo(BlkifLayout.FLUSH_DISKCACHE);
        driver.answer(driver.request.id(), BlkifLayout.FLUSH_DISKCACHE, BlkifLayout.OKAY);
        driver.take();
        assertThat(driver.request.operation()).isEqualTo(BlkifLayout.DISCARD);
        assertThat(driver.request.sectorNumber()).isEqualTo(8);
        assertThat(driver.request.sectors()).isEqualTo(16);
        driver.answer(driver.request.id(), BlkifLayout.DISCARD, BlkifLayout.EOPNOTSUPP);
        assertThat(queue.poll()).isEqualTo(2);
        assertThat(answers.all).containsExactly("1:0", "2:-2");
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "1, -3", "1, 2147483645", "4, -70"})
    void aFullQueueSaysSoAndGoesOnAfterwardsThroughTheWrapOfTheIndices(int ringPages, int firstIndex) {
        connect(ringPages, firstIndex);
        int slots = BlkifLayout.slotCount(ringPages * 4096L);
        Random random = new Random(firstIndex);
        for (int round = 0; round < 5; round++) {
            GuestBuffer buffer = queue.allocate(4096);
            for (int i = 0; i < slots; i++) {
                assertThat(queue.read(i * 4096L, buffer, 4096, answers, i)).isTrue();
            }
            assertThat(queue.read(0, buffer, 4096, answers, -1)).isFalse();
            assertThat(queue.flush(answers, -1)).isFalse();
            assertThat(queue.discard(0, 4096, answers, -1)).isFalse();
            queue.publish();
            List<Long> ids = new ArrayList<>();
            while (driver.hasRequests()) {
                driver.take();
                ids.add(driver.request.id());
            }
            assertThat(ids).hasSize(slots);
            Collections.shuffle(ids, random);
            ids.forEach(id -> driver.put(id, BlkifLayout.READ, BlkifLayout.ERROR));
            driver.publish();
            assertThat(queue.poll()).isEqualTo(slots);
            queue.release(buffer);
        }
        assertThat(answers.all).hasSize(5 * slots).doesNotContain("-1:-1").contains("0:-1", slots - 1 + ":-1");
    }

    @Test
    void theDriverIsRungOnlyWhenItAskedForIt() {
        GuestBuffer buffer = queue.allocate(4096);
        queue.publish();
        assertThat(connection.driverBells.get(0).await(0)).isFalse();
        queue.read(0, buffer, 4096, answers, 1);
        queue.publish();
        assertThat(connection.driverBells.get(0).await(0)).isTrue();
        queue.read(0, buffer, 4096, answers, 2);
        queue.publish();
        assertThat(connection.driverBells.get(0).await(0)).isFalse();
        driver.serve();
        assertThat(driver.ring.armAndRecheck()).isFalse();
        queue.read(0, buffer, 4096, answers, 3);
        queue.publish();
        assertThat(connection.driverBells.get(0).await(0)).isTrue();
    }

    @Test
    void armingTellsWhetherItIsSafeToSleep() {
        GuestBuffer buffer = queue.allocate(4096);
        queue.read(0, buffer, 4096, answers, 1);
        queue.read(0, buffer, 4096, answers, 2);
        queue.publish();
        assertThat(queue.arm()).isTrue();
        driver.take();
        assertThat(driver.answer(driver.request.id(), BlkifLayout.READ, 0)).isTrue();
        assertThat(queue.arm()).isFalse();
        assertThat(queue.poll()).isEqualTo(1);
        assertThat(queue.arm()).isTrue();
    }

    @Test
    void completionsMaySubmit() {
        GuestBuffer buffer = queue.allocate(4096);
        queue.read(0, buffer, 4096, (context, status) -> queue.flush(answers, 2), 1);
        queue.publish();
        driver.serve();
        queue.poll();
        complete();
        assertThat(answers.all).containsExactly("2:0");
    }

    @Test
    void misuseThrowsAndSubmitsNothing() {
        GuestBuffer buffer = queue.allocate(8192);
        long size = Connection.DISK_BYTES;
        assertThatIllegalArgumentException().isThrownBy(() -> queue.read(1, buffer, 512, answers, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> queue.read(0, buffer, 511, answers, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> queue.read(0, buffer, 0, answers, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> queue.read(-512, buffer, 512, answers, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> queue.read(size, buffer, 512, answers, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> queue.read(0, buffer, 8192 + 512, answers, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> queue.discard(0, size + 512, answers, 0));
        GuestBuffer released = queue.allocate(4096);
        queue.release(released);
        assertThatIllegalArgumentException().isThrownBy(() -> queue.read(0, released, 512, answers, 0));
        queue.publish();
        assertThat(driver.hasRequests()).isFalse();

        queue.read(0, buffer, 512, answers, 1);
        assertThatIllegalStateException().isThrownBy(() -> queue.release(buffer));
        complete();
        queue.release(buffer);
    }

    @Test
    void whatIsInFlightIsSentAgainInOrderToANewBackEnd() {
        GuestBuffer buffer = queue.allocate(1 << 20);
        queue.write(0, buffer, 4096, answers, 1);
        queue.write(4096, buffer, 1 << 20, answers, 2);
        queue.flush(answers, 3);
        queue.discard(0, 512, answers, 4);
        queue.publish();
        driver.take();
        long first = driver.request.id();
        driver.take();
        driver.take();
        long third = driver.request.id();
        driver.answer(third, BlkifLayout.FLUSH_DISKCACHE, 0);
        assertThat(queue.poll()).isEqualTo(1);
        queue.read(512, buffer, 512, answers, 5);
        // Neither published nor seen by anybody.
        queue.resubmit(Connection.disk());
        queue.publish();

        ScriptedDriver heir = heir();
        List<String> seen = new ArrayList<>();
        while (heir.hasRequests()) {
            heir.take();
            assertThat(heir.request.id()).isNotIn(first, third);
            seen.add(heir.request.transfer() + "@" + heir.request.sectorNumber() + "+" + heir.request.sectors());
            heir.put(heir.request.id(), heir.request.transfer(), heir.perform());
        }
        heir.publish();
        assertThat(seen).containsExactly("1@0+8", "1@8+2048", "5@0+1", "0@1+1");
        assertThat(queue.poll()).isEqualTo(4);
        assertThat(answers.all).containsExactly("3:0", "1:0", "2:0", "4:0", "5:0");
        assertThat(queue.violation()).isNull();
    }

    private ScriptedDriver heir() {
        return new ScriptedDriver(
                connection.region,
                driver.ring.window(),
                0,
                driver.geometry,
                connection.memory.window(connection.memory.bytes() - 4096, 4096));
    }

    @Test
    void aTransferTooLongForTheNewBackEndFailsAndTheOthersGoOn() {
        GuestBuffer buffer = queue.allocate(1 << 20);
        queue.write(0, buffer, 1 << 20, answers, 1);
        queue.write(0, buffer, 4096, answers, 2);
        queue.publish();
        DiskInfo less = new DiskInfo(Connection.DISK_BYTES, 512, false, true, true, 4096, 44 << 10);
        queue.resubmit(less);
        queue.publish();
        assertThat(queue.poll()).isEqualTo(1);
        assertThat(queue.poll()).isZero();
        heir().serve();
        assertThat(queue.poll()).isEqualTo(1);
        assertThat(answers.all).containsExactly("1:-1", "2:0");
        assertThat(queue.info()).isEqualTo(less);
        assertThatIllegalArgumentException().isThrownBy(() -> queue.read(0, buffer, 48 << 10, answers, 3));
        queue.release(buffer);
    }

    @Test
    void aPoolTooSmallForTheLongestTransferShortensIt() {
        connection.close();
        connection = new Connection(1, 1, 20, 0, Connection.disk());
        assertThat(connection.queue().info().maxTransferBytes()).isEqualTo(64 << 10);
    }

    @Test
    void memoryIsTakenBackOnlyWhenTheDriverHasLetGo() {
        GuestBuffer buffer = queue.allocate(4096);
        queue.read(0, buffer, 4096, answers, 1);
        complete();
        assertThat(queue.memory().endAccess())
                .as("ring page and the page read into")
                .isEqualTo(2);
        driver.grants.rebuildInUse();
        assertThat(queue.memory().endAccess()).isZero();
        assertThat(queue.memory().endAccess()).isZero();
        assertThat(connection.table.freeRefs())
                .isEqualTo(connection.table.layout().refs() - 8);
    }

    /** A day in the life: random requests against a model of the disk, answered out of order. */
    @Test
    void randomTrafficMatchesAModelOfTheDisk() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] model = new byte[Connection.DISK_BYTES];
        for (int round = 0; round < 2_000; round++) {
            // Requests of one round don't overlap.
            int zone = Connection.DISK_BYTES / 8;
            int count = 1 + random.nextInt(8);
            List<Runnable> checks = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int length = 512 * (1 + random.nextInt(random.nextInt(8) == 0 ? 600 : 60));
                int offset = i * zone + 512 * random.nextInt((zone - length) / 512);
                GuestBuffer buffer = queue.allocate(length);
                if (buffer == null) {
                    break;
                }
                checks.add(
                        random.nextBoolean()
                                ? write(offset, buffer, length, model, random)
                                : read(offset, buffer, length, model, seed));
            }
            queue.publish();
            driver.serve();
            assertThat(queue.poll()).as("seed=%d", seed).isEqualTo(checks.size());
            checks.forEach(Runnable::run);
        }
        assertThat(driver.disk.array()).as("seed=%d", seed).isEqualTo(model);
    }

    private Runnable write(int offset, GuestBuffer buffer, int length, byte[] model, Random random) {
        byte[] content = new byte[length];
        random.nextBytes(content);
        System.arraycopy(content, 0, model, offset, length);
        buffer.bytes().put(content);
        assertThat(queue.write(offset, buffer, length, answers, 0)).isTrue();
        return () -> queue.release(buffer);
    }

    private Runnable read(int offset, GuestBuffer buffer, int length, byte[] model, long seed) {
        assertThat(queue.read(offset, buffer, length, answers, 0)).isTrue();
        return () -> {
            ByteBuffer expected = ByteBuffer.wrap(Arrays.copyOfRange(model, offset, offset + length));
            assertThat(buffer.bytes().slice(0, length).mismatch(expected))
                    .as("seed=%d", seed)
                    .isEqualTo(-1);
            queue.release(buffer);
        };
    }
}
