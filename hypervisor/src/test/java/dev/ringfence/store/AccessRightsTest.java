// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import static dev.ringfence.store.StoreMessageType.DIRECTORY;
import static dev.ringfence.store.StoreMessageType.GET_PERMS;
import static dev.ringfence.store.StoreMessageType.MKDIR;
import static dev.ringfence.store.StoreMessageType.READ;
import static dev.ringfence.store.StoreMessageType.RM;
import static dev.ringfence.store.StoreMessageType.SET_PERMS;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AccessRightsTest {
    private final XenStore store = new XenStore();
    private final RawSession dom0 = new RawSession(store, 0);
    private final RawSession guest = new RawSession(store, 5);
    private final RawSession other = new RawSession(store, 6);

    @BeforeEach
    void giveEachGuestItsHome() {
        for (String domid : new String[] {"5", "6"}) {
            dom0.ask(MKDIR, "/local/domain/" + domid);
            dom0.ask(SET_PERMS, "/local/domain/" + domid, "n" + domid);
        }
    }

    @Test
    void theOwnerReadsAndWritesAndOthersDoNot() {
        assertThat(guest.write("data", "mine")).isEqualTo("OK");
        assertThat(guest.answer(READ, "/local/domain/5/data")).isEqualTo("mine");
        assertThat(other.answer(READ, "/local/domain/5/data")).isEqualTo("EACCES");
        assertThat(other.write("/local/domain/5/data", "yours")).isEqualTo("EACCES");
        assertThat(other.answer(RM, "/local/domain/5/data")).isEqualTo("EACCES");
        assertThat(other.answer(DIRECTORY, "/local/domain/5")).isEqualTo("EACCES");
        assertThat(dom0.answer(READ, "/local/domain/5/data")).isEqualTo("mine");
    }

    @Test
    void aListedDomainDoesWhatItsEntryAllows() {
        guest.write("data", "mine");
        assertThat(guest.answer(SET_PERMS, "data", "n5", "r6")).isEqualTo("OK");
        assertThat(other.answer(READ, "/local/domain/5/data")).isEqualTo("mine");
        assertThat(other.write("/local/domain/5/data", "yours")).isEqualTo("EACCES");
        guest.answer(SET_PERMS, "data", "n5", "w6");
        assertThat(other.answer(READ, "/local/domain/5/data")).isEqualTo("EACCES");
        assertThat(other.write("/local/domain/5/data", "yours")).isEqualTo("OK");
        guest.answer(SET_PERMS, "data", "b5");
        assertThat(other.answer(READ, "/local/domain/5/data")).isEqualTo("yours");
    }

    @Test
    void onlyTheOwnerSetsPermissionsAndOnlyDomainZeroMovesOwnership() {
        guest.write("data", "mine");
        guest.ask(SET_PERMS, "data", "b5");
        assertThat(other.answer(SET_PERMS, "/local/domain/5/data", "n5", "b6")).isEqualTo("EACCES");
        assertThat(guest.answer(SET_PERMS, "data", "n6")).isEqualTo("EPERM");
        assertThat(dom0.answer(SET_PERMS, "/local/domain/5/data", "n6")).isEqualTo("OK");
        assertThat(guest.answer(READ, "data")).isEqualTo("EACCES");
    }

    @Test
    void createdNodesInheritPermissionsAndGuestsOwnWhatTheyCreate() {
        dom0.ask(SET_PERMS, "/local/domain/5", "n5", "r6");
        guest.write("a/b/c", "1");
        assertThat(guest.answer(GET_PERMS, "a")).isEqualTo("n5|r6");
        assertThat(guest.answer(GET_PERMS, "a/b/c")).isEqualTo("n5|r6");
        dom0.write("/local/domain/5/x", "1");
        assertThat(dom0.answer(GET_PERMS, "/local/domain/5/x")).isEqualTo("n5|r6");
        dom0.ask(SET_PERMS, "/local/domain/5/x", "b0");
        guest.write("x/y", "1");
        assertThat(guest.answer(GET_PERMS, "x/y")).isEqualTo("b5");
    }

    @Test
    void whatIsAbsentIsToldOnlyToWhoMayKnow() {
        assertThat(guest.answer(READ, "nothing/here")).isEqualTo("ENOENT");
        assertThat(other.answer(READ, "/local/domain/5/nothing")).isEqualTo("EACCES");
        assertThat(guest.write("/tool/x", "1")).isEqualTo("EACCES");
        assertThat(guest.answer(MKDIR, "/tool")).isEqualTo("EACCES");
        assertThat(guest.answer(RM, "/tool/x")).isEqualTo("EACCES");
    }

    @Test
    void theRootIsDomainZerosAndCannotBeRemoved() {
        assertThat(guest.answer(DIRECTORY, "/")).isEqualTo("EACCES");
        assertThat(dom0.answer(DIRECTORY, "/")).isEqualTo("local");
        assertThat(dom0.answer(GET_PERMS, "/")).isEqualTo("n0");
        assertThat(dom0.answer(RM, "/")).isEqualTo("EINVAL");
    }

    @Test
    void removingTakesTheWholeSubtreeAndIsNoErrorIfOnlyTheNodeIsMissing() {
        guest.write("a/b/c", "1");
        assertThat(guest.answer(RM, "a")).isEqualTo("OK");
        assertThat(guest.answer(READ, "a/b/c")).isEqualTo("ENOENT");
        assertThat(guest.answer(RM, "a")).isEqualTo("OK");
        assertThat(guest.answer(RM, "a/b")).isEqualTo("ENOENT");
    }

    @Test
    void mkdirLeavesAValueAsItIs() {
        guest.write("a", "1");
        assertThat(guest.answer(MKDIR, "a")).isEqualTo("OK");
        assertThat(guest.answer(READ, "a")).isEqualTo("1");
        guest.ask(MKDIR, "b/c");
        assertThat(guest.answer(READ, "b/c")).isEmpty();
    }

    @Test
    void aReleasedDomainLeavesNothingToALaterOneOfItsId() {
        store.introduceDomain(5);
        guest.write("data/deep", "mine");
        dom0.write("/backend", "shared");
        dom0.ask(SET_PERMS, "/backend", "n0", "r5", "r6");
        dom0.ask(SET_PERMS, "@releaseDomain", "n0", "r5", "r6");
        assertThat(store.releaseDomain(5)).isTrue();
        assertThat(guest.session().isOpen()).isFalse();
        assertThat(dom0.answer(DIRECTORY, "/local/domain")).isEqualTo("6");
        assertThat(dom0.answer(GET_PERMS, "/backend")).isEqualTo("n0|r6");
        assertThat(dom0.answer(GET_PERMS, "@releaseDomain")).isEqualTo("n0|r6");
        assertThat(new RawSession(store, 5).answer(READ, "/backend")).isEqualTo("EACCES");
        assertThat(store.releaseDomain(5)).isFalse();
    }
}
