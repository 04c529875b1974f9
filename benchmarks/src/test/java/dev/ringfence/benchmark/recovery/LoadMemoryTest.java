// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoadMemoryTest {
    private final LoadMemory memory = LoadMemory.create(2);
    private final LoadMemory.Queue queue = memory.queue(1);

    @AfterEach
    void close() {
        memory.close();
    }

    @Test
    void timesSinceAnInstantBeginWithTheLastOneBeforeIt() {
        for (long nanos = 10; nanos <= 50; nanos += 10) {
            queue.append(nanos, nanos);
        }

        assertThat(queue.timesSince(25)).containsExactly(20, 30, 40, 50);
        assertThat(queue.timesSince(30)).containsExactly(20, 30, 40, 50);
        assertThat(queue.timesSince(60)).containsExactly(50);
        assertThat(queue.timesSince(5)).containsExactly(10, 20, 30, 40, 50);
        assertThat(queue.lastNanos()).isEqualTo(50);
        assertThat(memory.lastNanosOfAll()).as("the other queue has none yet").isZero();
    }

    @Test
    void timesThatAreOverwrittenAreNotGuessedAt() {
        for (int i = 0; i < 2 * LoadMemory.RECORDS; i++) {
            queue.append(i, i);
        }

        assertThat(queue.timesSince(2 * LoadMemory.RECORDS - 2)).hasSize(3);
        assertThatThrownBy(() -> queue.timesSince(LoadMemory.RECORDS / 2))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("overwritten");
    }

    @Test
    void everyOrderOfALoadHasAGenerationOfItsOwn() {
        memory.order(32);
        int first = memory.generation();
        memory.order(0);
        memory.order(1);

        assertThat(memory.depth()).isEqualTo(1);
        assertThat(memory.generation()).isEqualTo(first + 1);
    }

    @Test
    void countersOfAllQueuesAddUp() {
        memory.queue(0).add(Counter.ERRORS, 2);
        queue.add(Counter.ERRORS, 1);
        queue.add(Counter.ERRORS, 1);

        assertThat(memory.sum(Counter.ERRORS)).isEqualTo(4);
        assertThat(Effects.of(memory).wrong()).isEqualTo(4);
    }
}
