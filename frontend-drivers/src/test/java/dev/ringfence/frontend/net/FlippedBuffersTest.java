// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.grant.GrantTable;
import dev.ringfence.grant.OwnershipTable;
import dev.ringfence.grant.PagePools;
import dev.ringfence.grant.PageTransfer;
import dev.ringfence.grant.RegionLayout;
import dev.ringfence.memory.PrivateMemory;
import dev.ringfence.memory.SharedMemory;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A guest's side of page flips, and what it does not believe of its driver. */
class FlippedBuffersTest {
    private static final int DRIVER = 7;
    private static final int GUEST = 3;
    private static final int SLOTS = 4;
    private static final int COMPLETED = 2 | 4 | 8 | DRIVER << 16;
    /** Of the pages that are no buffers: a ring, say. */
    private static final int OTHER = 1;

    private final RegionLayout layout = RegionLayout.forGuestFrames(2 + SLOTS + PagePools.frames(SLOTS));
    private final int first = layout.firstGuestFrame() + 2;
    private final PagePools pools = new PagePools(layout, 1, SLOTS);

    @AutoClose
    private final SharedMemory memory = SharedMemory.create("test-flip", layout.bytes());

    @AutoClose
    private final SharedMemory control = SharedMemory.create("test-owners", OwnershipTable.bytes(layout.frames()));

    private final OwnershipTable owners = new OwnershipTable(control.window(), layout.frames());
    private final PrivateMemory record = new PrivateMemory(PageTransfer.RECORD_BYTES);
    private final GrantTable table = new GrantTable(memory.window());
    private final FlippedBuffers buffers = new FlippedBuffers(memory.window(), table, DRIVER, first, pools, 0);
    private final PageTransfer driver;

    FlippedBuffersTest() {
        owners.initialise(GUEST);
        owners.assign(pools.firstFrame(), pools.frames(), DRIVER, 0);
        driver = new PageTransfer(memory.window(), owners, DRIVER, GUEST, 0);
    }

    /** As a correct driver does. */
    private void answer(int ref, int full) {
        driver.prepare(record.window(), 0, ref, driver.commit(ref), full);
        driver.exchange(record.window(), 0);
    }

    /** As a driver can, whatever is true. */
    private void claim(int ref, int frame) {
        memory.window().putInt(ref * 8L + 4, frame);
        memory.window().putIntRelease(ref * 8L, COMPLETED);
    }

    @Test
    void aSlotHasAnotherPageAfterEachAnswer() {
        int full = pools.firstFrame();
        for (int round = 0; round < 10; round++) {
            int offered = (int) (buffers.offset(1) / 4096);
            answer(buffers.offer(1), full);
            assertThat(buffers.take(1)).isTrue();
            assertThat(buffers.offset(1)).isEqualTo(RegionLayout.offset(full));
            full = offered;
        }
        assertThat(table.freeRefs()).isEqualTo(layout.refs() - 8);
    }

    @Test
    void itsOwnPageMayComeBack() {
        int ref = buffers.offer(2);
        driver.prepareReturn(record.window(), 0, ref, driver.commit(ref));
        driver.exchange(record.window(), 0);

        assertThat(buffers.take(2)).isTrue();
        assertThat(buffers.offset(2)).isEqualTo(RegionLayout.offset(first + 2));
    }

    @Test
    void anAnswerWithoutAPageIsNotBelieved() {
        int ref = buffers.offer(0);
        assertThat(buffers.take(0)).isFalse();
        driver.commit(ref);
        assertThat(buffers.take(0)).isFalse();
    }

    /** It would be the guest's twice, or be no page that frames go into. */
    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1_000_000, Integer.MIN_VALUE})
    void aPageThatIsNotTheDriversIsNotBelieved(int frame) {
        claim(buffers.offer(0), frame);
        assertThat(buffers.take(0)).isFalse();
    }

    @Test
    void norIsOneThatIsUsedForSomethingElse() {
        claim(buffers.offer(0), layout.firstGuestFrame() + OTHER);
        assertThat(buffers.take(0)).isFalse();
        claim(buffers.offer(1), first + 3);
        assertThat(buffers.take(1)).as("a buffer that was not offered").isFalse();
    }

    @Test
    void aPageCantBeGivenTwice() {
        claim(buffers.offer(0), pools.firstFrame());
        claim(buffers.offer(1), pools.firstFrame());
        assertThat(buffers.take(0)).isTrue();
        assertThat(buffers.take(1)).isFalse();
    }

    @Test
    void allIsAsAtTheBeginningForADriverThatStartsAfresh() {
        answer(buffers.offer(0), pools.firstFrame());
        assertThat(buffers.take(0)).isTrue();
        driver.commit(buffers.offer(1));

        buffers.reset();

        assertThat(buffers.offset(0)).isEqualTo(RegionLayout.offset(first));
        assertThat(table.freeRefs()).isEqualTo(layout.refs() - 8);
        claim(buffers.offer(1), pools.firstFrame());
        assertThat(buffers.take(1)).isTrue();
    }
}
