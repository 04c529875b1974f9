// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StormGuardTest {
    private static final long SECOND = 1_000_000_000;

    private static int admitted(StormGuard guard, long nowNanos, int asked) {
        int admitted = 0;
        for (int n = 0; n < asked; n++) {
            admitted += guard.admits(nowNanos) ? 1 : 0;
        }
        return admitted;
    }

    @ParameterizedTest
    @CsvSource({"1000, 100", "1000000, 100000", "10, 16", "1, 16"})
    void soManyAtOnce(int rate, int burst) {
        StormGuard guard = new StormGuard(rate, 5);
        assertThat(admitted(guard, 5, 1_000_000)).isEqualTo(burst);
        assertThat(admitted(guard, 5 + SECOND / rate, 10)).isEqualTo(1);
    }

    @Test
    void inTheLongRunItsRate() {
        StormGuard guard = new StormGuard(1000, 0);
        int admitted = 0;
        for (long now = 0; now < 10 * SECOND; now += SECOND / 5000) {
            admitted += guard.admits(now) ? 1 : 0;
        }
        assertThat(admitted).isBetween(10_000, 10_100);
    }

    @Test
    void aPauseEarnsOneBurstAndNoMore() {
        StormGuard guard = new StormGuard(1000, 0);
        admitted(guard, 0, 1000);
        assertThat(admitted(guard, 3600 * SECOND, 1000)).isEqualTo(100);
    }

    @Test
    void whoStaysBelowIsNeverHeldUp() {
        StormGuard guard = new StormGuard(1000, -SECOND);
        for (long now = -SECOND; now < SECOND; now += SECOND / 1000) {
            assertThat(guard.admits(now)).isTrue();
        }
    }

    @Test
    void severalThreadsShareIt() throws Exception {
        StormGuard guard = new StormGuard(10_000, 0);
        AtomicInteger admitted = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int thread = 0; thread < 3; thread++) {
            threads.add(new Thread(() -> admitted.addAndGet(admitted(guard, 7, 5000))));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(admitted).hasValue(1000);
    }

    @Test
    void refusesToLetNothingThrough() {
        assertThatIllegalArgumentException().isThrownBy(() -> new StormGuard(0, 0));
    }
}
