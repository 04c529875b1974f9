// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.ring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.memory.SharedMemory;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That neither side ever sleeps while the other believes to have told it. */
class LostWakeUpTest {
    /**
     * Every interleaving of one publisher and one sleeper on a machine whose stores wait in a buffer (x86), with the
     * notify decision of the real ring.
     *
     * <pre>
     *   publisher, a batch:  0 store prod   1 fence   2 load event, decide   3 ring the doorbell
     *   sleeper:             0 load prod, consume   1 store event   2 fence   3 load prod: sleep or go to 0
     * </pre>
     */
    private record State(
            int step,
            int batch,
            int prod,
            long prodBuffered,
            int sleeperStep,
            int consumed,
            int event,
            long eventBuffered,
            boolean bell) {}

    private static final int ASLEEP = 4;
    /** An empty store buffer. */
    private static final long NONE = Long.MIN_VALUE;

    private final Set<State> seen = new HashSet<>();
    private boolean fences = true;
    private int[] batches = {};
    private int first;
    private boolean lost;

    @ParameterizedTest
    @ValueSource(ints = {0, -2, Integer.MAX_VALUE - 1})
    void noInterleavingLosesAWakeUp(int firstIndex) {
        for (int[] sizes : new int[][] {{1}, {2}, {1, 1}, {1, 2, 1}, {3, 1, 1, 2}}) {
            assertThat(losesWakeUp(sizes, firstIndex, true)).isFalse();
        }
        assertThat(seen).hasSizeGreaterThan(500);
    }

    @Test
    void withoutTheFencesOneIsLost() {
        assertThat(losesWakeUp(new int[] {1}, 0, false)).isTrue();
    }

    private boolean losesWakeUp(int[] sizes, int firstIndex, boolean withFences) {
        batches = sizes;
        first = firstIndex;
        fences = withFences;
        lost = false;
        seen.clear();
        explore(new State(0, 0, first, NONE, 0, first, first + 1, NONE, false));
        return lost;
    }

    private void explore(State s) {
        if (!seen.add(s)) {
            return;
        }
        if (s.batch == batches.length && s.sleeperStep == ASLEEP && !s.bell && s.prodBuffered == NONE) {
            lost |= s.prod != s.consumed;
            return;
        }
        if (s.prodBuffered != NONE) {
            explore(new State(
                    s.step,
                    s.batch,
                    (int) s.prodBuffered,
                    NONE,
                    s.sleeperStep,
                    s.consumed,
                    s.event,
                    s.eventBuffered,
                    s.bell));
        }
        if (s.eventBuffered != NONE) {
            explore(new State(
                    s.step,
                    s.batch,
                    s.prod,
                    s.prodBuffered,
                    s.sleeperStep,
                    s.consumed,
                    (int) s.eventBuffered,
                    NONE,
                    s.bell));
        }
        if (s.batch < batches.length) {
            publish(s);
        }
        sleep(s);
    }

    private int total(int batch) {
        int total = first;
        for (int i = 0; i < batch; i++) {
            total += batches[i];
        }
        return total;
    }

    private void publish(State s) {
        int next = s.step + 1;
        long buffered = s.prodBuffered;
        boolean bell = s.bell;
        switch (s.step) {
            case 0:
                if (buffered != NONE) {
                    return;
                }
                buffered = total(s.batch + 1);
                break;
            case 1:
                if (fences && buffered != NONE) {
                    return;
                }
                break;
            case 2:
                if (!RingLayout.passes(s.event, total(s.batch), total(s.batch + 1))) {
                    next = 0;
                }
                break;
            default:
                bell = true;
                next = 0;
                break;
        }
        int batch = s.step >= 2 && next == 0 ? s.batch + 1 : s.batch;
        explore(new State(next, batch, s.prod, buffered, s.sleeperStep, s.consumed, s.event, s.eventBuffered, bell));
    }

    private void sleep(State s) {
        int next = s.sleeperStep + 1;
        int consumed = s.consumed;
        long buffered = s.eventBuffered;
        switch (s.sleeperStep) {
            case 0:
                consumed = s.prod;
                break;
            case 1:
                if (buffered != NONE) {
                    return;
                }
                int wanted = consumed + 1;
                buffered = wanted;
                break;
            case 2:
                if (fences && buffered != NONE) {
                    return;
                }
                break;
            case 3:
                next = s.prod == consumed ? ASLEEP : 0;
                break;
            default:
                if (!s.bell) {
                    return;
                }
                explore(new State(s.step, s.batch, s.prod, s.prodBuffered, 0, consumed, s.event, buffered, false));
                return;
        }
        explore(new State(s.step, s.batch, s.prod, s.prodBuffered, next, consumed, s.event, buffered, s.bell));
    }

    @Test
    @Timeout(60)
    void twoThreadsThatSleepWheneverTheyMayGetEverythingThrough() throws InterruptedException {
        int total = 100_000;
        try (SharedMemory memory = RingPair.pages(1)) {
            FrontRing front = new FrontRing(memory.window(), 1000);
            front.initialise(-total / 2);
            BackRing back = new BackRing(memory.window(), 1000, -total / 2, -total / 2);
            Semaphore frontBell = new Semaphore(0);
            Semaphore backBell = new Semaphore(0);
            Thread driver = new Thread(() -> echo(back, total, backBell, frontBell));
            driver.start();
            int sent = 0;
            int received = 0;
            while (received < total) {
                for (; sent < total && front.freeRequests() > 0; sent++) {
                    front.window().putInt(front.requestOffset(), sent);
                    front.advanceRequest();
                }
                if (front.publishRequests()) {
                    backBell.release();
                }
                for (int n = front.responsesAvailable(); n > 0; n--) {
                    assertThat(front.window().getInt(front.responseOffset())).isEqualTo(~received++);
                    front.advanceResponse();
                }
                boolean mayRefill = sent < total && front.freeRequests() > 0;
                if (received < total && !mayRefill && !front.armAndRecheck()) {
                    frontBell.acquire();
                }
            }
            driver.join();
            assertThat(sent).isEqualTo(total);
        }
    }

    private static void echo(BackRing back, int total, Semaphore ownBell, Semaphore peerBell) {
        int answered = back.nextRequest();
        for (int done = 0; done < total; ) {
            for (int n = back.requestsAvailable(); n > 0; n--, done++) {
                int request = back.window().getInt(back.requestOffset(back.nextRequest()));
                back.advanceRequest();
                back.window().putInt(back.responseOffset(answered++), ~request);
            }
            if (back.publishResponses(answered)) {
                peerBell.release();
            }
            if (done < total && !back.armAndRecheck()) {
                ownBell.acquireUninterruptibly();
            }
        }
    }
}
