// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OffsetsTest {
    private static final int BLOCK_BYTES = 4096;
    private static final long DISK_BYTES = 100 * BLOCK_BYTES + 512;

    @Test
    void randomOnesReachEveryWholeBlockAndNothingElse() {
        Offsets offsets = new Offsets(Workload.DEEP_READ, DISK_BYTES, 42);
        Set<Long> seen = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            seen.add(offsets.next());
        }
        assertThat(seen).hasSize(100).allMatch(offset -> offset % BLOCK_BYTES == 0 && offset < 100 * BLOCK_BYTES);
    }

    @Test
    void randomOnesAreTheSameForTheSameSeed() {
        Offsets one = new Offsets(Workload.DEEP_READ, DISK_BYTES, 7);
        Offsets other = new Offsets(Workload.DEEP_READ, DISK_BYTES, 7);
        for (int i = 0; i < 100; i++) {
            assertThat(one.next()).isEqualTo(other.next());
        }
    }

    @Test
    void sequentialOnesBeginAgainAtTheEndOfTheDisk() {
        Workload workload = Workload.sequential(false);
        Offsets offsets = new Offsets(workload, 3L * workload.blockBytes() + 512, 42);
        long[] expected = {0, 1, 2, 0, 1};
        for (long block : expected) {
            assertThat(offsets.next()).isEqualTo(block * workload.blockBytes());
        }
    }
}
