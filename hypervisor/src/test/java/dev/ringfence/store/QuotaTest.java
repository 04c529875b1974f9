// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import static dev.ringfence.store.StoreMessageType.DIRECTORY;
import static dev.ringfence.store.StoreMessageType.GET_QUOTA;
import static dev.ringfence.store.StoreMessageType.MKDIR;
import static dev.ringfence.store.StoreMessageType.READ;
import static dev.ringfence.store.StoreMessageType.RM;
import static dev.ringfence.store.StoreMessageType.SET_PERMS;
import static dev.ringfence.store.StoreMessageType.SET_QUOTA;
import static dev.ringfence.store.StoreMessageType.TRANSACTION_END;
import static dev.ringfence.store.StoreMessageType.TRANSACTION_START;
import static dev.ringfence.store.StoreMessageType.UNWATCH;
import static dev.ringfence.store.StoreMessageType.WATCH;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QuotaTest {
    private final XenStore store = new XenStore();
    private final RawSession dom0 = new RawSession(store, 0);
    private final RawSession guest = new RawSession(store, 5);

    @BeforeEach
    void giveTheGuestItsHome() {
        dom0.ask(MKDIR, "/local/domain/5");
        dom0.ask(SET_PERMS, "/local/domain/5", "n5");
    }

    @Test
    void aGuestOwnsAtMostItsNumberOfNodes() {
        int created = 1; // its home
        while (guest.answer(MKDIR, "d" + created / 50 + "/n" + created).equals("OK")) {
            created++;
        }
        assertThat(guest.answer(MKDIR, "one-more")).isEqualTo("ENOSPC");
        assertThat(countBelow("/local/domain/5")).isEqualTo(1000);
        assertThat(guest.write("d0/n1", "still writable")).isEqualTo("OK");
        assertThat(guest.answer(RM, "d0/n1")).isEqualTo("OK");
        assertThat(guest.answer(MKDIR, "one-more")).isEqualTo("OK");
        assertThat(dom0.answer(MKDIR, "/local/domain/5/by-dom0")).isEqualTo("OK");
    }

    private int countBelow(String path) {
        int count = 1;
        String names = dom0.answer(DIRECTORY, path);
        for (String name : names.isEmpty() ? new String[0] : names.split("\\|")) {
            count += countBelow(path + "/" + name);
        }
        return count;
    }

    @Test
    void nodesCreatedInTransactionsCountAtTheCommitTogether() {
        dom0.ask(SET_QUOTA, "nodes", "10");
        int first = guest.startTransaction();
        int second = guest.startTransaction();
        for (int i = 0; i < 6; i++) {
            guest.writeIn(first, "a" + i, "1");
        }
        guest.writeIn(second, "b/1/2/3/4/5", "1");
        assertThat(guest.askIn(first, TRANSACTION_END, "T").text()).isEqualTo("OK");
        assertThat(guest.askIn(second, TRANSACTION_END, "T").text()).isIn("ENOSPC", "EAGAIN");
        assertThat(guest.answer(READ, "b")).isEqualTo("ENOENT");
    }

    @Test
    void separateTransactionsCannotTogetherExceedTheNodes() {
        guest.write("x/1", "1");
        guest.write("y/1", "1");
        dom0.ask(SET_QUOTA, "nodes", "8"); // five are there
        int first = guest.startTransaction();
        int second = guest.startTransaction();
        guest.writeIn(first, "x/2", "1");
        guest.writeIn(first, "x/3", "1");
        guest.writeIn(second, "y/2", "1");
        guest.writeIn(second, "y/3", "1");
        assertThat(guest.askIn(first, TRANSACTION_END, "T").text()).isEqualTo("OK");
        assertThat(guest.askIn(second, TRANSACTION_END, "T").text()).isEqualTo("ENOSPC");
        assertThat(guest.answer(DIRECTORY, "y")).isEqualTo("1");
    }

    @Test
    void aGuestHasAtMostItsNumberOfWatchesOverAllItsSessions() {
        RawSession sibling = new RawSession(store, 5);
        for (int i = 0; i < 128; i++) {
            assertThat((i % 2 == 0 ? guest : sibling).answer(WATCH, "a", "t" + i))
                    .isEqualTo("OK");
        }
        assertThat(guest.answer(WATCH, "a", "more")).isEqualTo("ENOSPC");
        assertThat(guest.answer(UNWATCH, "a", "t0")).isEqualTo("OK");
        assertThat(guest.answer(WATCH, "a", "more")).isEqualTo("OK");
        sibling.session().close();
        assertThat(guest.answer(WATCH, "a", "again")).isEqualTo("OK");
    }

    @Test
    void aGuestHasAtMostItsNumberOfTransactions() {
        int last = 0;
        for (int i = 0; i < 10; i++) {
            last = guest.startTransaction();
        }
        assertThat(guest.answer(TRANSACTION_START, "")).isEqualTo("ENOSPC");
        guest.askIn(last, TRANSACTION_END, "F");
        assertThat(guest.answer(TRANSACTION_START, "")).isNotEqualTo("ENOSPC");
    }

    @Test
    void aTransactionAccessesAtMostItsNumberOfNodes() {
        int transaction = guest.startTransaction();
        for (int i = 0; i < 1024; i++) {
            assertThat(guest.askIn(transaction, READ, "a" + i).text()).isEqualTo("ENOENT");
        }
        assertThat(guest.askIn(transaction, READ, "more").text()).isEqualTo("ENOSPC");
        assertThat(guest.askIn(transaction, READ, "a0").text()).isEqualTo("ENOENT");
        assertThat(guest.answer(READ, "more")).isEqualTo("ENOENT");
        dom0.ask(SET_QUOTA, "transaction-nodes", "5");
        int deep = guest.startTransaction();
        assertThat(guest.writeIn(deep, "a/b/c/d/e/f", "1")).isEqualTo("ENOSPC");
    }

    @Test
    void aNodesSizeAndPermissionsAreLimited() {
        assertThat(guest.write("a", "x".repeat(2048))).isEqualTo("OK");
        assertThat(guest.write("a", "x".repeat(2049))).isEqualTo("ENOSPC");
        assertThat(guest.write("b/" + "n".repeat(1000), "1")).isEqualTo("OK");
        assertThat(guest.write("b/" + "m".repeat(1000), "1")).isEqualTo("OK");
        assertThat(guest.write("b/" + "k".repeat(1000), "1")).isEqualTo("ENOSPC");
        assertThat(guest.answer(SET_PERMS, "a", "n5", "r1", "r2", "r3", "r4")).isEqualTo("OK");
        assertThat(guest.answer(SET_PERMS, "a", "n5", "r1", "r2", "r3", "r4", "r6"))
                .isEqualTo("ENOSPC");
        assertThat(dom0.write("/local/domain/5/c", "x".repeat(4000))).isEqualTo("OK");
    }

    @Test
    void whatTransactionsAndWatchesHoldIsLimitedAndGivenBack() {
        dom0.ask(SET_QUOTA, "5", "memory", "10000");
        int transaction = guest.startTransaction();
        int writes = 0;
        while (guest.writeIn(transaction, "a", "x".repeat(2000)).equals("OK")) {
            writes++;
        }
        assertThat(writes).isEqualTo(4);
        assertThat(guest.writeIn(transaction, "a", "x".repeat(2000))).isEqualTo("ENOMEM");
        assertThat(guest.answer(WATCH, "a", "t".repeat(2000))).isEqualTo("ENOMEM");
        assertThat(guest.write("a", "y")).isEqualTo("OK");
        guest.askIn(transaction, TRANSACTION_END, "F");
        assertThat(guest.answer(WATCH, "a", "t".repeat(2000))).isEqualTo("OK");
    }

    @Test
    void domainZeroReadsAndSetsQuotasForAllAndForOne() {
        assertThat(dom0.answer(GET_QUOTA))
                .isEqualTo("nodes watches transactions transaction-nodes node-permissions node-size memory");
        assertThat(dom0.answer(GET_QUOTA, "nodes")).isEqualTo("1000");
        dom0.ask(SET_QUOTA, "5", "watches", "1");
        assertThat(dom0.answer(GET_QUOTA, "5", "watches")).isEqualTo("1");
        assertThat(dom0.answer(GET_QUOTA, "6", "watches")).isEqualTo("128");
        guest.ask(WATCH, "a", "1");
        assertThat(guest.answer(WATCH, "a", "2")).isEqualTo("ENOSPC");
        dom0.ask(SET_QUOTA, "5", "watches", "0");
        assertThat(guest.answer(WATCH, "a", "2")).as("0 is no limit").isEqualTo("OK");
        assertThat(dom0.answer(SET_QUOTA, "nonsense", "1")).isEqualTo("EINVAL");
        assertThat(dom0.answer(SET_QUOTA, "nodes", "many")).isEqualTo("EINVAL");
        assertThat(guest.answer(GET_QUOTA, "nodes")).isEqualTo("EACCES");
        assertThat(guest.answer(SET_QUOTA, "nodes", "1")).isEqualTo("EACCES");
    }

    @Test
    void domainZeroIsNotLimited() {
        for (int i = 0; i < 1100; i++) {
            assertThat(dom0.answer(MKDIR, "/many/n" + i)).isEqualTo("OK");
        }
        for (int i = 0; i < 20; i++) {
            dom0.startTransaction();
        }
    }
}
