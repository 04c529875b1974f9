// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.ring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.memory.SharedMemory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
    private static final long SECOND = 1_000_000_000;
    private static final long START = 5_000 * SECOND;

    private final SharedMemory memory = SharedMemory.create("test", ControlRegion.bytes(1, 8));
    private final ControlRegion control = new ControlRegion(memory.window(), 1, 8);

    TokenBucketTest() {
        control.initialise();
    }

    @AfterEach
    void close() {
        memory.close();
    }

    /** How many operations of an amount pass in so many seconds of a clock that goes in steps. */
    private static long passing(TokenBucket bucket, long amount, long seconds, long stepNanos) {
        long passed = 0;
        for (long now = START; now < START + seconds * SECOND; now += stepNanos) {
            while (bucket.waitNanos(now) == 0) {
                bucket.take(amount, now);
                passed++;
            }
        }
        return passed;
    }

    @Test
    void withoutALimitNothingWaits() {
        control.operations().take(1_000_000, START);
        assertThat(control.operations().waitNanos(START)).isZero();
    }

    @Test
    void whatPassesInTheLongRunIsTheLimitAndABurst() {
        control.limit(1_000, 0);
        assertThat(passing(control.operations(), 1, 10, 1_000_000)).isBetween(10_000L, 10_102L);
    }

    @Test
    void whoeverSleepsTooLongLosesNothing() {
        control.limit(1_000, 0);
        assertThat(passing(control.operations(), 1, 10, 90_000_000)).isBetween(9_900L, 10_200L);
    }

    @Test
    void aRequestLargerThanTheBurstPassesAndIsPaidForAfterwards() {
        control.limit(0, 1 << 20);
        TokenBucket bytes = control.bytes();
        assertThat(bytes.waitNanos(START)).isZero();
        bytes.take(1 << 20, START);
        assertThat(bytes.waitNanos(START)).isEqualTo(SECOND - TokenBucket.BURST_NANOS);
        assertThat(passing(bytes, 1 << 20, 10, 1_000_000)).isBetween(9L, 11L);
    }

    @Test
    void aSuccessorFindsTheDebtOfItsPredecessor() {
        control.limit(10, 0);
        control.operations().take(100, START);
        ControlRegion successor = new ControlRegion(memory.window(), 1, 8);
        assertThat(successor.operations().waitNanos(START)).isEqualTo(10 * SECOND - TokenBucket.BURST_NANOS);
    }

    @Test
    void aWordThatWasOverwrittenHoldsNobodyUp() {
        control.limit(10, 0);
        for (long garbage : new long[] {Long.MAX_VALUE, Long.MIN_VALUE, -1, START + 2 * TokenBucket.DEBT_NANOS_MAX}) {
            memory.window().putLong(320, garbage);
            assertThat(control.operations().waitNanos(START)).isZero();
            control.operations().take(1, START);
            assertThat(control.operations().waitNanos(START)).isZero();
            control.operations().take(1, START);
            assertThat(control.operations().waitNanos(START)).isEqualTo(SECOND / 10);
        }
    }
}
