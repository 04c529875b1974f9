// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import static dev.ringfence.store.StoreMessageType.DIRECTORY;
import static dev.ringfence.store.StoreMessageType.MKDIR;
import static dev.ringfence.store.StoreMessageType.READ;
import static dev.ringfence.store.StoreMessageType.RESET_WATCHES;
import static dev.ringfence.store.StoreMessageType.RM;
import static dev.ringfence.store.StoreMessageType.SET_PERMS;
import static dev.ringfence.store.StoreMessageType.TRANSACTION_END;
import static dev.ringfence.store.StoreMessageType.TRANSACTION_START;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TransactionTest {
    private final XenStore store = new XenStore();
    private final RawSession one = new RawSession(store, 0);
    private final RawSession two = new RawSession(store, 0);

    private String commit(RawSession session, int transaction) {
        return session.askIn(transaction, TRANSACTION_END, "T").text();
    }

    private String readIn(int transaction, String path) {
        return one.askIn(transaction, READ, path).text();
    }

    @Test
    void itsChangesAreSeenByOthersOnlyOnceCommitted() {
        int transaction = one.startTransaction();
        one.writeIn(transaction, "/a/b", "1");
        assertThat(readIn(transaction, "/a/b")).isEqualTo("1");
        assertThat(one.answer(READ, "/a/b")).isEqualTo("ENOENT");
        assertThat(commit(one, transaction)).isEqualTo("OK");
        assertThat(two.answer(READ, "/a/b")).isEqualTo("1");
    }

    @Test
    void itSeesTheTreeAsItWasWhenItBegan() {
        one.write("/a", "old");
        int transaction = one.startTransaction();
        two.write("/a", "new");
        two.write("/b", "new");
        assertThat(readIn(transaction, "/a")).isEqualTo("old");
        assertThat(readIn(transaction, "/b")).isEqualTo("ENOENT");
    }

    @Test
    void anAbortLeavesNoTrace() {
        int transaction = one.startTransaction();
        one.writeIn(transaction, "/a", "1");
        assertThat(one.askIn(transaction, TRANSACTION_END, "F").text()).isEqualTo("OK");
        assertThat(one.answer(READ, "/a")).isEqualTo("ENOENT");
        assertThat(readIn(transaction, "/a")).isEqualTo("ENOENT");
        assertThat(commit(one, transaction)).isEqualTo("ENOENT");
    }

    @Test
    void aChangeOfWhatWasReadIsAConflict() {
        one.write("/a", "1");
        int transaction = one.startTransaction();
        readIn(transaction, "/a");
        one.writeIn(transaction, "/copy", "1");
        two.write("/a", "2");
        assertThat(commit(one, transaction)).isEqualTo("EAGAIN");
        assertThat(one.answer(READ, "/copy")).isEqualTo("ENOENT");
    }

    @Test
    void aChangeOfWhatWasWrittenIsAConflict() {
        one.write("/a", "1");
        int transaction = one.startTransaction();
        one.writeIn(transaction, "/a", "mine");
        two.write("/a", "2");
        assertThat(commit(one, transaction)).isEqualTo("EAGAIN");
        assertThat(one.answer(READ, "/a")).isEqualTo("2");
    }

    @Test
    void whatWasReadAsAbsentMustStillBeAbsent() {
        int transaction = one.startTransaction();
        readIn(transaction, "/a");
        two.write("/a", "1");
        assertThat(commit(one, transaction)).isEqualTo("EAGAIN");
    }

    @Test
    void aChangeOfPermissionsOrChildrenIsAConflictToo() {
        one.write("/a", "1");
        int listing = one.startTransaction();
        one.askIn(listing, DIRECTORY, "/a");
        int reading = one.startTransaction();
        readIn(reading, "/a");
        two.write("/a/child", "1");
        assertThat(commit(one, listing)).isEqualTo("EAGAIN");
        assertThat(commit(one, reading)).isEqualTo("EAGAIN");
        int permitted = one.startTransaction();
        readIn(permitted, "/a");
        two.ask(SET_PERMS, "/a", "r0");
        assertThat(commit(one, permitted)).isEqualTo("EAGAIN");
    }

    @Test
    void changesElsewhereAreNoConflict() {
        one.write("/a/x", "1");
        two.write("/b/x", "1");
        int transaction = one.startTransaction();
        assertThat(readIn(transaction, "/a/x")).isEqualTo("1");
        one.writeIn(transaction, "/a/x", "2");
        one.writeIn(transaction, "/a/y/z", "3");
        two.write("/b/x", "2");
        two.write("/b/new", "1");
        two.write("/c", "1");
        assertThat(commit(one, transaction)).isEqualTo("OK");
        assertThat(one.answer(READ, "/a/x")).isEqualTo("2");
        assertThat(one.answer(READ, "/a/y/z")).isEqualTo("3");
        assertThat(one.answer(READ, "/b/x")).isEqualTo("2");
        assertThat(one.answer(DIRECTORY, "/")).isEqualTo("a|b|c");
    }

    @Test
    void aChangeBelowWhatWasRemovedIsAConflict() {
        one.write("/a/b/c", "1");
        int transaction = one.startTransaction();
        one.askIn(transaction, RM, "/a");
        two.write("/a/b/c", "2");
        assertThat(commit(one, transaction)).isEqualTo("EAGAIN");
        int again = one.startTransaction();
        one.askIn(again, RM, "/a");
        two.write("/a/b/new", "1");
        assertThat(commit(one, again)).isEqualTo("EAGAIN");
    }

    @Test
    void whatIsRemovedAndMadeAgainHasOnlyItsNewChildren() {
        one.write("/base/a/old", "1");
        int transaction = one.startTransaction();
        one.askIn(transaction, RM, "/base/a");
        one.writeIn(transaction, "/base/a/new", "1");
        two.write("/elsewhere", "1");
        assertThat(commit(one, transaction)).isEqualTo("OK");
        assertThat(one.answer(DIRECTORY, "/base/a")).isEqualTo("new");
        assertThat(one.answer(DIRECTORY, "/")).isEqualTo("base|elsewhere");
    }

    @Test
    void nodesMadeSideBySideAreAConflictAndNodesRemovedAreNot() {
        one.write("/base/a", "1");
        int making = one.startTransaction();
        int removing = one.startTransaction();
        one.writeIn(making, "/base/b", "1");
        one.askIn(removing, RM, "/base/a");
        two.write("/base/c", "1");
        assertThat(commit(one, making)).isEqualTo("EAGAIN");
        assertThat(commit(one, removing)).isEqualTo("OK");
        assertThat(one.answer(DIRECTORY, "/base")).isEqualTo("c");
    }

    @Test
    void whatWasInheritedFromMustNotHaveChanged() {
        one.write("/base", "1");
        int transaction = one.startTransaction();
        one.writeIn(transaction, "/base/a/b", "1");
        two.ask(SET_PERMS, "/base", "r0");
        assertThat(commit(one, transaction)).isEqualTo("EAGAIN");
    }

    @Test
    void whatWasMissingToARemovalMustNotMissMoreAtTheCommit() {
        one.write("/base", "1");
        int transaction = one.startTransaction();
        assertThat(one.askIn(transaction, RM, "/base/none").text()).isEqualTo("OK");
        two.ask(RM, "/base");
        assertThat(commit(one, transaction)).isEqualTo("EAGAIN");
    }

    @Test
    void theFirstOfTwoCommitsWins() {
        one.write("/a", "0");
        int first = one.startTransaction();
        int second = two.startTransaction();
        one.writeIn(first, "/a", "1");
        two.writeIn(second, "/a", "2");
        assertThat(commit(two, second)).isEqualTo("OK");
        assertThat(commit(one, first)).isEqualTo("EAGAIN");
        assertThat(one.answer(READ, "/a")).isEqualTo("2");
    }

    @Test
    void idsAreOfOneSessionAndDoNotNest() {
        int transaction = one.startTransaction();
        assertThat(two.askIn(transaction, READ, "/").text()).isEqualTo("ENOENT");
        assertThat(one.askIn(transaction, TRANSACTION_START, "").text()).isEqualTo("EBUSY");
        assertThat(one.askIn(77, MKDIR, "/a").text()).isEqualTo("ENOENT");
        assertThat(one.answer(TRANSACTION_END, "T")).isEqualTo("ENOENT");
        assertThat(one.askIn(transaction, TRANSACTION_END, "X").text()).isEqualTo("EINVAL");
        assertThat(commit(one, transaction)).isEqualTo("OK");
    }

    @Test
    void aResetDropsTransactionsAndWatches() {
        one.ask(StoreMessageType.WATCH, "/a", "t");
        int transaction = one.startTransaction();
        one.writeIn(transaction, "/a", "1");
        assertThat(one.answer(RESET_WATCHES, "")).isEqualTo("OK");
        one.events();
        two.write("/a", "2");
        assertThat(one.events()).isEmpty();
        assertThat(commit(one, transaction)).isEqualTo("ENOENT");
    }
}
