// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.ring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Front and back ring against the reference, all bytes and all answers compared after every step. */
class RingModelTest {
    private static final int SMALL_ENTRY_BYTES = 2000;
    private static final int DEPTH = 7;

    @ParameterizedTest
    @ValueSource(ints = {0, -3, Integer.MAX_VALUE - 2})
    void everyShortHistoryOfASmallRingMatchesTheReference(int firstIndex) {
        try (SharedMemory memory = RingPair.pages(1)) {
            Window ring = memory.window();
            ByteBuffer bytes = ring.byteBuffer(0, (int) ring.bytes());
            int histories = 0;
            int[] history = new int[DEPTH];
            do {
                histories++;
                int possible = replay(new RingPair(ring, bytes, SMALL_ENTRY_BYTES, firstIndex), history);
                // A history whose k-th step is impossible stands for all that begin with it.
                Arrays.fill(history, Math.min(possible + 1, DEPTH), DEPTH, RingPair.STEPS - 1);
            } while (next(history));
            assertThat(histories).isGreaterThan(10_000);
        }
    }

    private static int replay(RingPair pair, int[] history) {
        assertThat(pair.front.slotCount()).isEqualTo(2);
        for (int i = 0; i < history.length; i++) {
            if (!pair.step(history[i])) {
                return i;
            }
            // Earlier prefixes were compared by earlier histories.
            pair.compare();
        }
        return history.length;
    }

    private static boolean next(int[] history) {
        for (int i = history.length - 1; i >= 0; i--) {
            if (++history[i] < RingPair.STEPS) {
                return true;
            }
            history[i] = 0;
        }
        return false;
    }

    @ParameterizedTest
    @CsvSource({"1, 112, 0", "2, 112, -3", "16, 112, 2147483645", "1, 12, -100", "1, 8, 2147483600", "3, 16, -1"})
    void longRandomHistoriesMatchTheReference(int pages, int entryBytes, int firstIndex) {
        long seed = System.nanoTime();
        System.out.println("seed=" + seed);
        Random random = new Random(seed);
        try (SharedMemory memory = RingPair.pages(pages)) {
            Window ring = memory.window();
            ByteBuffer bytes = ring.byteBuffer(0, (int) ring.bytes());
            RingPair pair = new RingPair(ring, bytes, entryBytes, firstIndex);
            for (int i = 0; i < 20_000; i++) {
                int kind = random.nextInt(RingPair.STEPS);
                for (int repeat = random.nextInt(2 * (int) pair.reference.slots); repeat >= 0; repeat--) {
                    if (!pair.step(kind)) {
                        break;
                    }
                }
                pair.compare();
            }
            assertThat(pair.reference.responsesTaken - (firstIndex & 0xffff_ffffL))
                    .as("responses taken, seed=%d", seed)
                    .isGreaterThan(pair.reference.slots);
        }
    }

    @Test
    void aBackEndAttachedInTheMiddleGoesOnWhereItsPredecessorStopped() {
        try (SharedMemory memory = RingPair.pages(1)) {
            FrontRing front = new FrontRing(memory.window(), 112);
            front.initialise(-3);
            for (int i = 0; i < 5; i++) {
                front.advanceRequest();
            }
            front.publishRequests();
            BackRing dead = new BackRing(memory.window(), 112, -3, -3);
            for (int i = 0; i < 4; i++) {
                dead.advanceRequest();
            }
            dead.publishResponses(-1);

            BackRing heir = new BackRing(memory.window(), 112, 1, 0);
            heir.publishResponses(0);

            assertThat(front.responsesAvailable()).isEqualTo(3);
            assertThat(heir.requestsAvailable()).isEqualTo(1);
            assertThat(heir.nextRequest()).isEqualTo(1);
        }
    }
}
