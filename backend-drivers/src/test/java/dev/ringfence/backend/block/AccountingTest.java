// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.domain.DeviceDescription;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.protocol.BlkifLayout;
import dev.ringfence.ring.QueueStatistics;
import dev.ringfence.ring.QueueStatistics.Figure;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a queue's counters say of what it was asked. */
class AccountingTest {
    private static final long DISK_BYTES = 1 << 20;

    private final SharedMemory disk = SharedMemory.create("test-disk", DISK_BYTES);
    private final BlockDevice device = BlockDevices.open(
            new DeviceDescription("vol0", DeviceDescription.MEMORY, DISK_BYTES, 512, false, 1, Map.of()),
            Optional.of(disk.descriptor()));
    private final ServedQueue queue = new ServedQueue(device);
    private final QueueStatistics statistics = queue.control.statistics(0);

    @AfterEach
    void close() {
        queue.close();
        device.close();
    }

    private void askForOneOfEach() {
        queue.transfer(BlkifLayout.READ, 0, 0, 2, 1);
        queue.transfer(BlkifLayout.WRITE, 0, 2, 1, 2);
        queue.transfer(BlkifLayout.READ, 0, 3, 32, 3);
        queue.flush(4);
        queue.transfer(BlkifLayout.READ, DISK_BYTES / BlkifLayout.SECTOR_BYTES, 0, 1, 5);
        queue.ring.publishRequests();
    }

    private void serve() {
        while (queue.service.serve() > 0) {
            queue.service.hasWork();
        }
    }

    private void assertTotals(int rounds) {
        assertThat(statistics.get(Figure.READS)).isEqualTo(3L * rounds);
        assertThat(statistics.get(Figure.BYTES_READ)).isEqualTo(34 * 4096L * rounds);
        assertThat(statistics.get(Figure.WRITES)).isEqualTo(rounds);
        assertThat(statistics.get(Figure.BYTES_WRITTEN)).isEqualTo(4096L * rounds);
        assertThat(statistics.get(Figure.FLUSHES)).isEqualTo(rounds);
        assertThat(statistics.get(Figure.ERRORS)).isEqualTo(rounds);
    }

    @Test
    void everyAnswerIsCountedByItsKindAndAnErrorMovesNoBytes() {
        askForOneOfEach();
        serve();
        assertTotals(1);
    }

    @Test
    void aSuccessorCountsOnAndCountsWhatItReplays() {
        askForOneOfEach();
        serve();
        while (queue.take()) {
            assertThat(queue.response.id()).isPositive();
        }
        askForOneOfEach();
        queue.succeed();
        serve();
        assertTotals(2);
    }
}
