// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static dev.ringfence.system.RawDevice.ACCEPT_TRANSFER;
import static dev.ringfence.system.RawDevice.COMMITTED;
import static dev.ringfence.system.RawDevice.PERMIT;
import static dev.ringfence.system.RawDevice.PERMIT_READONLY;
import static dev.ringfence.system.RawNic.ARP_BYTES;
import static dev.ringfence.system.RawNic.BUFFER_REF;
import static dev.ringfence.system.RawNic.FIRST_BUFFER;
import static dev.ringfence.system.RawNic.FREE_REF;
import static org.awaitility.Awaitility.await;

import java.util.function.Function;

/** What a front-end that receives by page flip can do wrong, and what is to come of it. */
@SuppressWarnings("ImmutableEnumChecker") // functions, and none has a state
enum FlipAttack {
    NONE("received frame in another page", nic -> {
        offer(nic, BUFFER_REF);
        nic.post(1, BUFFER_REF);
        return received(nic);
    }),
    NO_OFFER("closed: grant 200: bad_gntref", nic -> {
        nic.grant(FREE_REF, PERMIT, nic.driver(), FIRST_BUFFER);
        return posted(nic);
    }),
    OFFER_TO_ANOTHER_DOMAIN("closed: grant 200: permission_denied", nic -> {
        nic.grant(FREE_REF, ACCEPT_TRANSFER, nic.driver() + 1, FIRST_BUFFER);
        return posted(nic);
    }),
    OFFER_THAT_IS_COMPLETED("closed: grant 200: bad_gntref", nic -> {
        nic.grant(FREE_REF, ACCEPT_TRANSFER | COMMITTED | 8, nic.driver(), FIRST_BUFFER);
        return posted(nic);
    }),
    OFFER_OF_A_PAGE_OF_THE_DRIVERS("closed: grant 200: bad_page", nic -> {
        nic.grant(FREE_REF, ACCEPT_TRANSFER, nic.driver(), nic.frames() - 1);
        return posted(nic);
    }),
    OFFER_OF_A_RING("closed: grant 200: bad_page", nic -> {
        nic.grant(FREE_REF, ACCEPT_TRANSFER, nic.driver(), 1);
        return posted(nic);
    }),
    OFFER_OF_THE_GRANT_TABLE("closed: grant 200: bad_page", nic -> {
        nic.grant(FREE_REF, ACCEPT_TRANSFER, nic.driver(), -1);
        return posted(nic);
    }),
    OFFER_TWICE("closed: grant 64: bad_page", nic -> {
        offer(nic, BUFFER_REF);
        nic.post(1, BUFFER_REF);
        nic.post(2, BUFFER_REF);
        return nic.awaitEnd();
    }),
    PAGE_OFFERED_TWICE("closed: grant 200: bad_page", nic -> {
        offer(nic, BUFFER_REF);
        nic.grant(FREE_REF, ACCEPT_TRANSFER, nic.driver(), FIRST_BUFFER);
        nic.post(1, BUFFER_REF);
        return posted(nic);
    }),
    /** It gets the page that is due, wherever the entry points to by then. */
    ENTRY_CHANGED_AFTER_THE_COMMIT("received frame in another page", nic -> {
        offer(nic, BUFFER_REF);
        nic.post(1, BUFFER_REF);
        awaitCommit(nic);
        nic.grant(BUFFER_REF, PERMIT, nic.driver(), 0);
        return received(nic);
    }),
    OFFER_WITHDRAWN_AFTER_THE_COMMIT("received frame in another page", nic -> {
        offer(nic, BUFFER_REF);
        nic.post(1, BUFFER_REF);
        awaitCommit(nic);
        nic.grant(BUFFER_REF, 0, 0, 0);
        return received(nic);
    }),
    /** Frames that came for it can't be sent from where the driver keeps them. */
    PAGE_OF_THE_DRIVERS_SENT("closed: grant 200: bad_page", nic -> {
        nic.grant(FREE_REF, PERMIT_READONLY, nic.driver(), nic.frames() - 1);
        nic.put(FREE_REF, 0, 0, 1, ARP_BYTES);
        return nic.perform();
    });

    private final String expected;
    private final Function<RawNic, String> attack;

    FlipAttack(String expected, Function<RawNic, String> attack) {
        this.expected = expected;
        this.attack = attack;
    }

    /** As in {@link NicAttack#expected}. */
    String expected() {
        return expected;
    }

    String carryOut(RawNic nic) {
        return attack.apply(nic);
    }

    private static void offer(RawNic nic, int ref) {
        nic.grant(ref, ACCEPT_TRANSFER, nic.driver(), FIRST_BUFFER);
    }

    private static String posted(RawNic nic) {
        nic.post(2, FREE_REF);
        return nic.awaitEnd();
    }

    private static void awaitCommit(RawNic nic) {
        await().atMost(RawDevice.PATIENCE).until(() -> (nic.grantWord(BUFFER_REF) & COMMITTED) != 0);
    }

    private static String received(RawNic nic) {
        String outcome = nic.awaitFrames();
        int flags = nic.grantWord(BUFFER_REF) & 0xffff;
        boolean flipped = flags == (ACCEPT_TRANSFER | COMMITTED | 8) && nic.grantedFrame(BUFFER_REF) > FIRST_BUFFER;
        return outcome + (flipped ? " in another page" : " and entry " + flags + " " + nic.grantedFrame(BUFFER_REF));
    }
}
