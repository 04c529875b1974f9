// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.ringfence.memory.PrivateMemory;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PageTransferTest {
    private static final int GUEST = 7;
    /** A page that the driver has from the beginning. */
    private static final int POOL = 60;

    private static final int ACCEPT = 2;
    private static final int COMMITTED = 4;
    private static final int COMPLETED = 8;

    private final Region region = new Region();
    private final SharedMemory control = SharedMemory.create("test-owners", OwnershipTable.bytes(Region.FRAMES));
    private final OwnershipTable owners = new OwnershipTable(control.window(), Region.FRAMES);
    private final PageTransfer driver = transfer(0);
    private final PrivateMemory memory = new PrivateMemory(2 * PageTransfer.RECORD_BYTES);
    private final Window records = memory.window();

    PageTransferTest() {
        owners.initialise(GUEST);
        owners.assign(POOL, 2, Region.DRIVER, 0);
        owners.assign(POOL + 2, 2, Region.DRIVER, 1);
    }

    private PageTransfer transfer(int queue) {
        return new PageTransfer(region.window, owners, Region.DRIVER, GUEST, queue);
    }

    @AfterEach
    void unmap() {
        control.close();
        region.close();
    }

    private int owner(int frame) {
        return OwnershipTable.owner(owners.word(frame));
    }

    @Test
    void theGuestGetsAFullPageForItsEmptyOne() {
        int ref = region.guest.acceptTransfer(Region.DRIVER, 9);
        assertThat(region.flags(ref)).isEqualTo(ACCEPT);
        assertThat(driver.commit(ref)).isEqualTo(9);
        assertThat(region.flags(ref)).isEqualTo(ACCEPT | COMMITTED);
        assertThat(region.guest.endTransfer(ref)).isEqualTo(GrantTable.NOT_COMPLETED);

        driver.prepare(records, 0, ref, 9, POOL);
        assertThat(driver.isPlausible(records, 0)).isTrue();
        assertThat(owner(POOL)).isEqualTo(Region.DRIVER);
        assertThat(driver.exchange(records, 0)).isEqualTo(GrantStatus.OKAY);

        assertThat(region.flags(ref)).isEqualTo(ACCEPT | COMMITTED | COMPLETED);
        assertThat(region.window.getInt(ref * 8L + 4)).isEqualTo(POOL);
        assertThat(owner(9)).isEqualTo(Region.DRIVER);
        assertThat(owner(POOL)).isEqualTo(GUEST);
        assertThat(region.guest.endTransfer(ref)).isEqualTo(POOL);
        assertThat(region.flags(ref)).isZero();
    }

    @Test
    void anOfferIsTakenBackOnlyWhileTheDriverHasNotTakenIt() {
        int taken = region.guest.acceptTransfer(Region.DRIVER, 9);
        int left = region.guest.acceptTransfer(Region.DRIVER, 10);
        driver.commit(taken);

        assertThat(region.guest.withdrawTransfer(taken)).isFalse();
        assertThat(region.guest.withdrawTransfer(left)).isTrue();
        assertThat(driver.commit(left)).isEqualTo(GrantStatus.PERMISSION_DENIED);
    }

    @Test
    void anAnswerWithoutAPageGivesTheGuestItsOwnBack() {
        int ref = region.guest.acceptTransfer(Region.DRIVER, 9);
        int before = owners.word(9);
        driver.prepareReturn(records, 0, ref, driver.commit(ref));
        assertThat(driver.isPlausible(records, 0)).isTrue();
        assertThat(PageTransfer.isReturn(records, 0)).isTrue();

        assertThat(driver.exchange(records, 0)).isEqualTo(GrantStatus.OKAY);
        assertThat(transfer(0).exchange(records, 0)).isEqualTo(GrantStatus.OKAY);

        assertThat(owners.word(9)).isEqualTo(before);
        assertThat(region.guest.endTransfer(ref)).isEqualTo(9);
        int again = region.guest.acceptTransfer(Region.DRIVER, 9);
        assertThat(driver.commit(again)).isEqualTo(9);
    }

    /** It has taken the page for that of another queue's meanwhile. */
    @Test
    void whatIsNoLongerTheGuestsIsNotGivenBack() {
        int ref = region.guest.acceptTransfer(Region.DRIVER, 9);
        driver.prepareReturn(records, 0, ref, driver.commit(ref));
        owners.transfer(9, owners.word(9), Region.DRIVER, 1);

        assertThat(driver.exchange(records, 0)).isEqualTo(GrantStatus.BAD_PAGE);
        assertThat(region.guest.endTransfer(ref)).isEqualTo(GrantTable.NOT_COMPLETED);
    }

    @Test
    void whatIsNobodysIsNotTaken() {
        owners.assign(9, 1, OwnershipTable.NOBODY, 0);

        assertThat(driver.commit(region.guest.acceptTransfer(Region.DRIVER, 9))).isEqualTo(GrantStatus.BAD_PAGE);
    }

    /** As when the driver has let go of the connection, wherever it was. */
    @Test
    void anOfferIsForgotten() {
        int refs = region.guest.freeRefs();
        int ref = region.guest.acceptTransfer(Region.DRIVER, 9);
        driver.commit(ref);

        region.guest.forgetTransfer(ref);

        assertThat(region.flags(ref)).isZero();
        assertThat(region.guest.freeRefs()).isEqualTo(refs);
    }

    /** The bits that say so mean something else there. */
    @Test
    void aTransferIsNoPageInUse() {
        int ref = region.guest.acceptTransfer(Region.DRIVER, 9);
        driver.prepare(records, 0, ref, driver.commit(ref), POOL);
        driver.exchange(records, 0);

        assertThat(PinnedGrants.count(region.window)).isZero();
        new GrantMap(region.window, Region.DRIVER).rebuildInUse();

        assertThat(region.guest.endTransfer(ref)).isEqualTo(POOL);
    }

    @Test
    void aPageThatIsNotTheGuestsCantBeGranted() {
        GrantMap grants = new GrantMap(region.window, Region.DRIVER, owners, GUEST);
        int own = region.guest.grantAccess(Region.DRIVER, 9, false);
        int drivers = region.guest.grantAccess(Region.DRIVER, POOL, false);

        assertThat(grants.pin(own, true)).isEqualTo(9);
        assertThat(grants.pin(drivers, true)).isEqualTo(GrantStatus.BAD_PAGE);
        assertThat(grants.validate(drivers, false)).isEqualTo(GrantStatus.BAD_PAGE);
        assertThat(region.guest.inUse(drivers)).isFalse();

        owners.transfer(9, owners.word(9), Region.DRIVER, 0);
        assertThat(grants.validate(own, true)).isEqualTo(GrantStatus.BAD_PAGE);
    }

    @Test
    void whatHasBeenExchangedIsNotExchangedAgain() {
        int ref = region.guest.acceptTransfer(Region.DRIVER, 9);
        driver.prepare(records, 0, ref, driver.commit(ref), POOL);
        driver.exchange(records, 0);
        int empty = owners.word(9);
        int full = owners.word(POOL);

        PageTransfer successor = transfer(0);
        assertThat(successor.isPlausible(records, 0)).isTrue();
        assertThat(successor.exchange(records, 0)).isEqualTo(GrantStatus.OKAY);
        assertThat(owners.word(9)).isEqualTo(empty);
        assertThat(owners.word(POOL)).isEqualTo(full);
    }

    @Test
    void whatNoCorrectGuestOffersIsRefused() {
        region.entry(20, ACCEPT, Region.DRIVER + 1, 9);
        region.entry(21, 1, Region.DRIVER, 9);
        region.entry(22, ACCEPT | COMPLETED, Region.DRIVER, 9);
        region.entry(23, ACCEPT, Region.DRIVER, 0);
        region.entry(24, ACCEPT, Region.DRIVER, Region.FRAMES);
        region.entry(25, ACCEPT, Region.DRIVER, POOL);
        region.entry(26, ACCEPT, Region.DRIVER, -1);

        assertThat(driver.commit(7)).isEqualTo(GrantStatus.BAD_GNTREF);
        assertThat(driver.commit(512)).isEqualTo(GrantStatus.BAD_GNTREF);
        assertThat(driver.commit(20)).isEqualTo(GrantStatus.PERMISSION_DENIED);
        assertThat(driver.commit(21)).isEqualTo(GrantStatus.BAD_GNTREF);
        assertThat(driver.commit(22)).isEqualTo(GrantStatus.BAD_GNTREF);
        assertThat(driver.commit(23)).isEqualTo(GrantStatus.BAD_PAGE);
        assertThat(driver.commit(24)).isEqualTo(GrantStatus.BAD_PAGE);
        assertThat(driver.commit(25)).isEqualTo(GrantStatus.BAD_PAGE);
        assertThat(driver.commit(26)).isEqualTo(GrantStatus.BAD_PAGE);
    }

    @Test
    void aPageThatIsOfferedTwiceIsTakenOnce() {
        region.entry(20, ACCEPT, Region.DRIVER, 9);
        region.entry(21, ACCEPT, Region.DRIVER, 9);

        assertThat(driver.commit(20)).isEqualTo(9);
        assertThat(driver.commit(21)).isEqualTo(GrantStatus.BAD_PAGE);

        driver.forget();
        assertThat(driver.commit(20)).isEqualTo(9);
    }

    @Test
    void aPageThatIsOfferedToTwoQueuesIsPaidForOnce() {
        region.entry(20, ACCEPT, Region.DRIVER, 9);
        region.entry(21, ACCEPT, Region.DRIVER, 9);
        PageTransfer other = transfer(1);
        long second = PageTransfer.RECORD_BYTES;
        driver.prepare(records, 0, 20, driver.commit(20), POOL);
        other.prepare(records, second, 21, other.commit(21), POOL + 2);

        assertThat(other.exchange(records, second)).isEqualTo(GrantStatus.OKAY);
        assertThat(driver.exchange(records, 0)).isEqualTo(GrantStatus.BAD_PAGE);
        assertThat(owner(POOL)).isEqualTo(Region.DRIVER);
        assertThat(transfer(0).exchange(records, 0)).isEqualTo(GrantStatus.BAD_PAGE);
        assertThat(owner(POOL)).isEqualTo(Region.DRIVER);
    }

    @Test
    void anEntryThatChangesAfterTheCommitChangesNothing() {
        int ref = region.guest.acceptTransfer(Region.DRIVER, 9);
        driver.prepare(records, 0, ref, driver.commit(ref), POOL);
        region.entry(ref, 0, 0, 11);

        assertThat(driver.exchange(records, 0)).isEqualTo(GrantStatus.OKAY);
        assertThat(owner(9)).isEqualTo(Region.DRIVER);
        assertThat(owner(11)).isEqualTo(GUEST);
        assertThat(owner(POOL)).isEqualTo(GUEST);
    }

    @Test
    void aRecordThatWasOverwrittenIsNotBelieved() {
        int ref = region.guest.acceptTransfer(Region.DRIVER, 9);
        driver.prepare(records, 0, ref, driver.commit(ref), POOL);

        for (int offset = 0; offset < PageTransfer.RECORD_BYTES; offset += 4) {
            int was = records.getInt(offset);
            records.putInt(offset, was + 1);
            assertThat(driver.isPlausible(records, 0)).as("offset=%d", offset).isFalse();
            records.putInt(offset, was);
        }
        assertThat(driver.isPlausible(records, 0)).isTrue();
        assertThat(transfer(1).isPlausible(records, 0)).isFalse();
    }

    @Test
    void onlyPagesOfTheQueueAreGivenAway() {
        int ref = region.guest.acceptTransfer(Region.DRIVER, 9);
        int empty = driver.commit(ref);

        assertThatIllegalStateException().isThrownBy(() -> driver.prepare(records, 0, ref, empty, 11));
        assertThatIllegalStateException().isThrownBy(() -> driver.prepare(records, 0, ref, empty, POOL + 2));
    }

    @Test
    void aFrameThatCantBeOursIsRefusedByTheGuest() {
        int ref = region.guest.acceptTransfer(Region.DRIVER, 9);
        region.entry(ref, ACCEPT | COMMITTED | COMPLETED, Region.DRIVER, 0);

        assertThat(region.guest.endTransfer(ref)).isEqualTo(GrantStatus.BAD_PAGE);
    }
}
