// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.fault.DiskHistory.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RandomWorkloadTest {
    private static final int SEEDS = 500;

    @Test
    void aSeedSaysItAll() {
        assertThat(RandomWorkload.of(7)).isEqualTo(RandomWorkload.of(7)).isNotEqualTo(RandomWorkload.of(8));
    }

    @Test
    void staysOnTheDiskAndDiscardsNoSectorTwice() {
        for (long seed = 0; seed < SEEDS; seed++) {
            Set<Integer> discarded = new HashSet<>();
            for (Operation operation : operations(seed)) {
                assertThat(operation.sector()).isNotNegative();
                assertThat(operation.sector() + operation.count()).isLessThanOrEqualTo(LabConnection.SECTORS);
                if (operation.kind() == Kind.DISCARD) {
                    assertThat(discarded.add(operation.sector())).isTrue();
                }
            }
        }
    }

    @Test
    void hasAllThereIs() {
        List<Operation> all = LongStream.range(0, SEEDS)
                .boxed()
                .flatMap(seed -> operations(seed).stream())
                .toList();

        assertThat(all).extracting(Operation::kind).contains(Kind.values());
        assertThat(all).anyMatch(operation -> operation.indirect() && operation.kind() == Kind.READ);
        assertThat(all).anyMatch(operation -> operation.indirect() && operation.kind() == Kind.WRITE);
    }

    private static List<Operation> operations(long seed) {
        return RandomWorkload.of(seed).stream().flatMap(List::stream).toList();
    }
}
