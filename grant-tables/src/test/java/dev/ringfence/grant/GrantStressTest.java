// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.grant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several queues' threads on one table, with an honest and with a hostile guest on the other side. */
@Timeout(120)
class GrantStressTest {
    private static final int THREADS = 3;
    private static final int ROUNDS = 60_000;
    private static final int REFS = 3;

    private final Region region = new Region();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void unmap() throws InterruptedException {
        threads.shutdownNow();
        assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        region.close();
    }

    @Test
    void aPinnedPageIsNeverTakenBackAndNothingStaysPinned() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed=" + seed);
        int[] refs = new int[REFS];
        for (int i = 0; i < REFS; i++) {
            refs[i] = region.guest.grantAccess(Region.DRIVER, 9 + i, false);
        }
        AtomicInteger[] pinned = {new AtomicInteger(), new AtomicInteger(), new AtomicInteger()};
        AtomicBoolean stop = new AtomicBoolean();
        List<Future<Integer>> drivers = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            Random random = new Random(seed + t);
            drivers.add(threads.submit(() -> use(random, refs, pinned)));
        }
        Future<Integer> guest = threads.submit(() -> takeBack(refs, pinned, stop));
        int uses = 0;
        for (Future<Integer> driver : drivers) {
            uses += driver.get();
        }
        stop.set(true);
        assertThat(uses).as("seed=%d", seed).isPositive();
        assertThat(guest.get()).as("seed=%d", seed).isPositive();
        for (int ref : refs) {
            assertThat(region.flags(ref)).isEqualTo(1);
        }
    }

    private int use(Random random, int[] refs, AtomicInteger[] pinned) {
        int uses = 0;
        for (int i = 0; i < ROUNDS; i++) {
            int which = random.nextInt(REFS);
            boolean write = random.nextBoolean();
            int frame = region.driver.pin(refs[which], write);
            if (frame < 0) {
                continue;
            }
            assertThat(frame).isEqualTo(9 + which);
            pinned[which].incrementAndGet();
            int flags = region.flags(refs[which]);
            assertThat(flags & (write ? 24 : 8)).isEqualTo(write ? 24 : 8);
            uses++;
            pinned[which].decrementAndGet();
            region.driver.unpin(refs[which], write);
        }
        return uses;
    }

    /** Succeeds only while nobody has the page, and gives it back under the same ref. */
    private int takeBack(int[] refs, AtomicInteger[] pinned, AtomicBoolean stop) {
        int taken = 0;
        for (int i = 0; !stop.get() || taken == 0; i = (i + 1) % REFS) {
            if (region.guest.endAccess(refs[i])) {
                assertThat(pinned[i].get()).isZero();
                taken++;
                assertThat(region.guest.grantAccess(Region.DRIVER, 9 + i, false))
                        .isEqualTo(refs[i]);
            }
        }
        return taken;
    }

    @Test
    void anEntryThatChangesAllTheTimeNeverYieldsAForeignFrameAndNeverHoldsUsUp() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed=" + seed);
        AtomicBoolean stop = new AtomicBoolean();
        Future<?> hostile = threads.submit(() -> scribble(new Random(seed), stop));
        List<Callable<Integer>> drivers = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            Random random = new Random(seed + 1 + t);
            drivers.add(() -> useHostile(random));
        }
        int uses = 0;
        for (Future<Integer> driver : threads.invokeAll(drivers)) {
            uses += driver.get();
        }
        stop.set(true);
        hostile.get();
        assertThat(uses).as("seed=%d", seed).isPositive();
        region.driver.rebuildInUse();
        assertThat(region.flags(100) & 24).isZero();
    }

    private void scribble(Random random, AtomicBoolean stop) {
        while (!stop.get()) {
            region.entry(100, random.nextInt(32), Region.DRIVER, random.nextInt(2 * Region.FRAMES) - 32);
            region.entry(100, 1, Region.DRIVER, 9);
        }
    }

    /** Until the other thread has had its turn too. */
    private int useHostile(Random random) {
        int uses = 0;
        for (int i = 0; i < ROUNDS || uses == 0; i++) {
            boolean write = random.nextBoolean();
            int frame = region.driver.pin(100, write);
            if (frame >= 0) {
                assertThat(frame).isBetween(1, Region.FRAMES - 1);
                uses++;
                region.driver.unpin(100, write);
            }
        }
        return uses;
    }
}
