// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import static dev.ringfence.store.StoreMessageType.MKDIR;
import static dev.ringfence.store.StoreMessageType.RM;
import static dev.ringfence.store.StoreMessageType.SET_PERMS;
import static dev.ringfence.store.StoreMessageType.TRANSACTION_END;
import static dev.ringfence.store.StoreMessageType.UNWATCH;
import static dev.ringfence.store.StoreMessageType.WATCH;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WatchTest {
    private final XenStore store = new XenStore();
    private final RawSession dom0 = new RawSession(store, 0);
    private final RawSession watcher = new RawSession(store, 0);
    private final RawSession guest = new RawSession(store, 5);

    @BeforeEach
    void giveTheGuestItsHome() {
        dom0.ask(MKDIR, "/local/domain/5");
        dom0.ask(SET_PERMS, "/local/domain/5", "n5");
    }

    private void watch(RawSession session, String path, String token) {
        assertThat(session.answer(WATCH, path, token)).isEqualTo("OK");
        session.events();
    }

    @Test
    void tellsOnceWhenItIsSetEvenIfThereIsNoSuchNode() {
        assertThat(watcher.answer(WATCH, "/none", "t")).isEqualTo("OK");
        assertThat(watcher.events()).containsExactly("/none t");
    }

    @Test
    void tellsOfChangesOnThePathAndBelowIt() {
        watch(watcher, "/a", "t");
        dom0.write("/a", "1");
        dom0.write("/a/b/c", "1");
        dom0.ask(SET_PERMS, "/a/b", "r0");
        dom0.ask(MKDIR, "/a/d");
        dom0.write("/ab", "1");
        dom0.write("/", "1");
        assertThat(watcher.events()).containsExactly("/a t", "/a/b/c t", "/a/b t", "/a/d t");
    }

    @Test
    void tellsNothingOfWhatChangesNothing() {
        dom0.write("/a", "1");
        watch(watcher, "/", "t");
        dom0.ask(MKDIR, "/a");
        dom0.ask(RM, "/none");
        dom0.write("/x\u00e4", "1");
        assertThat(watcher.events()).isEmpty();
    }

    @Test
    void tellsOfARemovalAboveItByItsOwnPath() {
        dom0.write("/a/b/c", "1");
        watch(watcher, "/", "root");
        watch(watcher, "/a", "a");
        watch(watcher, "/a/b/c", "c");
        watch(watcher, "/a/b/none", "none");
        dom0.ask(RM, "/a");
        assertThat(watcher.events()).containsExactlyInAnyOrder("/a root", "/a a", "/a/b/c c");
    }

    @Test
    void tellsOfATransactionOnlyAtItsCommitAndOnceAPath() {
        watch(watcher, "/", "t");
        int transaction = dom0.startTransaction();
        dom0.writeIn(transaction, "/a/b", "1");
        dom0.writeIn(transaction, "/a/b", "2");
        dom0.writeIn(transaction, "/gone", "1");
        dom0.askIn(transaction, RM, "/gone");
        assertThat(watcher.events()).isEmpty();
        dom0.askIn(transaction, TRANSACTION_END, "T");
        assertThat(watcher.events()).containsExactly("/a/b t");
    }

    @Test
    void tellsNothingOfATransactionThatDidNotCommit() {
        watch(watcher, "/", "t");
        int aborted = dom0.startTransaction();
        dom0.writeIn(aborted, "/a", "1");
        dom0.askIn(aborted, TRANSACTION_END, "F");
        int conflicting = dom0.startTransaction();
        dom0.writeIn(conflicting, "/b", "1");
        watcher.write("/b", "2");
        watcher.events();
        assertThat(dom0.askIn(conflicting, TRANSACTION_END, "T").text()).isEqualTo("EAGAIN");
        assertThat(watcher.events()).isEmpty();
    }

    @Test
    void theReplyComesBeforeTheEventsOfItsRequest() {
        watch(watcher, "/a", "t");
        assertThat(watcher.write("/a", "1")).isEqualTo("OK");
        assertThat(watcher.events()).containsExactly("/a t");
    }

    @Test
    void aRelativeWatchIsToldRelativePaths() {
        watch(guest, "device", "t");
        guest.write("device/vbd/51712/state", "1");
        guest.write("/local/domain/5/device", "1");
        assertThat(guest.events()).containsExactly("device/vbd/51712/state t", "device t");
    }

    @Test
    void aDomainIsToldOnlyOfNodesItMayRead() {
        watch(guest, "/", "t");
        dom0.write("/secret", "1");
        dom0.ask(SET_PERMS, "/secret", "n0", "w5");
        assertThat(guest.events()).isEmpty();
        dom0.ask(SET_PERMS, "/secret", "n0", "r5");
        dom0.write("/secret", "2");
        assertThat(guest.events()).containsExactly("/secret t", "/secret t");
        dom0.ask(SET_PERMS, "/secret", "n0");
        dom0.write("/secret", "3");
        assertThat(guest.events())
                .as("the loss of the right is the last it learns")
                .containsExactly("/secret t");
    }

    @Test
    void theRemovalOfAReadableNodeIsTold() {
        dom0.write("/a/b", "1");
        dom0.ask(SET_PERMS, "/a/b", "n0", "r5");
        watch(guest, "/a/b", "t");
        dom0.ask(RM, "/a");
        assertThat(guest.events()).containsExactly("/a/b t");
    }

    @Test
    void aDepthLimitsHowFarBelowCounts() {
        assertThat(watcher.answer(WATCH, "/a", "t0", "0")).isEqualTo("OK");
        assertThat(watcher.answer(WATCH, "/a", "t1", "1")).isEqualTo("OK");
        assertThat(watcher.answer(WATCH, "/a", "tx", "-1")).isEqualTo("EINVAL");
        watcher.events();
        dom0.write("/a", "1");
        dom0.write("/a/b", "1");
        dom0.write("/a/b/c", "1");
        assertThat(watcher.events()).containsExactlyInAnyOrder("/a t0", "/a t1", "/a/b t1");
    }

    @Test
    void theSamePathAndTokenIsRefusedTwiceAndOneOfThemIsNot() {
        watch(watcher, "/a", "t");
        assertThat(watcher.answer(WATCH, "/a", "t")).isEqualTo("EEXIST");
        watch(watcher, "/a", "u");
        watch(watcher, "/b", "t");
        watch(guest, "/a", "t");
        dom0.write("/a", "1");
        assertThat(watcher.events()).containsExactlyInAnyOrder("/a t", "/a u");
    }

    @Test
    void unwatchEndsIt() {
        watch(watcher, "/a", "t");
        assertThat(watcher.answer(UNWATCH, "/a", "other")).isEqualTo("ENOENT");
        assertThat(watcher.answer(UNWATCH, "/a", "t")).isEqualTo("OK");
        assertThat(watcher.answer(UNWATCH, "/a", "t")).isEqualTo("ENOENT");
        dom0.write("/a", "1");
        assertThat(watcher.events()).isEmpty();
    }

    @Test
    void aClosedSessionIsToldNothing() {
        watch(watcher, "/a", "t");
        watcher.session().close();
        dom0.write("/a", "1");
        assertThat(watcher.events()).isEmpty();
    }

    @Test
    void introductionAndReleaseOfDomainsAreSpecialPaths() {
        watch(watcher, "@introduceDomain", "in");
        watch(watcher, "@releaseDomain", "out");
        store.introduceDomain(5);
        assertThat(store.introduceDomain(5)).isFalse();
        assertThat(watcher.events()).containsExactly("@introduceDomain in");
        store.releaseDomain(5);
        assertThat(watcher.events()).containsExactly("@releaseDomain out");
    }

    @Test
    void aWatchCanAskWhichDomainWasReleased() {
        store.introduceDomain(5);
        store.introduceDomain(6);
        watcher.ask(WATCH, "@releaseDomain", "which", "1");
        watcher.ask(WATCH, "@releaseDomain/6", "six");
        watcher.events();
        store.releaseDomain(5);
        assertThat(watcher.events()).containsExactly("@releaseDomain/5 which");
        store.releaseDomain(6);
        assertThat(watcher.events()).containsExactlyInAnyOrder("@releaseDomain/6 which", "@releaseDomain/6 six");
    }

    @Test
    void specialEventsAreForWhomDomainZeroAllowsThem() {
        store.introduceDomain(6);
        watch(guest, "@releaseDomain", "t");
        store.releaseDomain(6);
        assertThat(guest.events()).isEmpty();
        assertThat(guest.answer(SET_PERMS, "@releaseDomain", "r0")).isEqualTo("EACCES");
        dom0.ask(SET_PERMS, "@releaseDomain", "n0", "r5");
        store.introduceDomain(6);
        store.releaseDomain(6);
        assertThat(guest.events()).containsExactly("@releaseDomain t");
    }

    @Test
    void anEventTooLongForAMessageNamesTheWatchedPath() {
        String token = "t".repeat(2000);
        String deep = "/a" + "/b".repeat(1500);
        watch(watcher, "/a", token);
        dom0.write(deep, "1");
        assertThat(watcher.events()).containsExactly("/a " + token);
    }
}
