// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.backend.FairShare.Flow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FairShareTest {
    private static final long QUANTUM = 64 << 10;
    private static final long SMALL = 4 << 10;
    private static final long LARGE = 128 << 10;
    private static final long ENOUGH = 32L << 20;

    private final FairShare share = new FairShare(QUANTUM);

    /** What small requests got for each byte of large ones, of two guests that always have one waiting and ask in turns. */
    private static double ratio(FairShare fair) {
        Flow flood = fair.join(1);
        Flow modest = fair.join(2);
        fair.busy(flood);
        fair.busy(modest);
        long large = 0;
        long small = 0;
        while (large < ENOUGH && small < ENOUGH) {
            large += take(fair, flood, LARGE);
            small += take(fair, modest, SMALL);
        }
        return (double) small / large;
    }

    private static long take(FairShare fair, Flow flow, long bytes) {
        if (!fair.admits(flow)) {
            return 0;
        }
        fair.charge(flow, bytes);
        return FairShare.REQUEST_BYTES + bytes;
    }

    @Test
    void twoThatAlwaysWantMoreGetTheSameBytesWhateverTheirRequests() {
        assertThat(ratio(share)).isBetween(0.8, 1.25);
    }

    @Test
    void withoutItWhoAsksForMoreGetsMore() {
        assertThat(ratio(new FairShare(0))).isLessThan(0.8);
    }

    @Test
    void aGuestThatIsAloneIsNeverHeldUp() {
        Flow alone = share.join(1);
        share.join(2);
        share.busy(alone);
        for (int i = 0; i < 10_000; i++) {
            assertThat(share.admits(alone)).isTrue();
            share.charge(alone, LARGE);
        }
    }

    @Test
    void aGuestsOwnQueuesAreNoRivals() {
        Flow first = share.join(1);
        Flow second = share.join(1);
        assertThat(second).isSameAs(first);
        share.busy(first);
        share.busy(second);
        for (int i = 0; i < 1_000; i++) {
            assertThat(share.admits(first)).isTrue();
            share.charge(first, LARGE);
        }
    }

    @Test
    void oneThatNeverTakesItsShareHoldsTheOtherUpForARoundAtMost() {
        Flow flow = share.join(1);
        Flow blocked = share.join(2);
        share.busy(blocked);
        share.busy(flow);
        for (int passed = 0; passed < 20; ) {
            if (share.admits(flow)) {
                share.charge(flow, LARGE);
                passed++;
            } else {
                share.await(flow);
            }
        }
        share.idle(flow);
        share.leave(flow);
        share.idle(blocked);
        share.leave(blocked);
    }
}
