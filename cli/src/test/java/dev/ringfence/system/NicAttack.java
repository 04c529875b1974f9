// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static dev.ringfence.protocol.NetifLayout.EXTRA_INFO;
import static dev.ringfence.protocol.NetifLayout.MORE_DATA;
import static dev.ringfence.protocol.NetifLayout.TX_CSUM_BLANK;
import static dev.ringfence.system.RawDevice.PERMIT;
import static dev.ringfence.system.RawDevice.PERMIT_READONLY;
import static dev.ringfence.system.RawNic.ARP_BYTES;
import static dev.ringfence.system.RawNic.BUFFER_REF;
import static dev.ringfence.system.RawNic.DATA_REF;
import static dev.ringfence.system.RawNic.FREE_REF;
import static dev.ringfence.system.RawNic.SLOTS;
import static dev.ringfence.system.RawNic.TCP_BYTES;
import static org.awaitility.Awaitility.await;

import java.util.function.Consumer;
import java.util.function.Function;

/** What a front-end can do wrong through the rings of its NIC, and what is to come of it. */
@SuppressWarnings("ImmutableEnumChecker") // functions, and none has a state
enum NicAttack {
    PRODUCER_TOO_FAR("closed: request producer ran past the ring", nic -> {
        nic.show(nic.sent() + SLOTS + 1);
        return nic.awaitEnd();
    }),
    PRODUCER_BACKWARDS("closed: request producer ran past the ring", nic -> {
        String before = one(DATA_REF, 0, 0, ARP_BYTES).apply(nic);
        nic.show(nic.sent() - 1);
        return before.equals("status 0") ? nic.awaitEnd() : before;
    }),
    PRODUCER_AT_THE_WRAP("closed: request producer ran past the ring", nic -> {
        nic.show(0xffff_fff0);
        return nic.awaitEnd();
    }),
    BELL_STORM("status 0", nic -> {
        for (int i = 0; i < 100_000; i++) {
            nic.show(nic.sent());
        }
        return one(DATA_REF, 0, 0, ARP_BYTES).apply(nic);
    }),
    SIZE_NONE("status -1", one(DATA_REF, 0, 0, 0)),
    SIZE_LESS_THAN_A_HEADER("status -1", one(DATA_REF, 0, 0, 13)),
    SIZE_MORE_THAN_A_PAGE("closed: OUTSIDE_PAGE", one(DATA_REF, 0, 0, 65_535)),
    FIRST_FRAGMENT_CROSSES_ITS_PAGE("closed: OUTSIDE_PAGE", one(DATA_REF, 4090, 0, ARP_BYTES)),
    FRAGMENT_CROSSES_ITS_PAGE("closed: OUTSIDE_PAGE", put(nic -> {
        nic.put(DATA_REF, 0, MORE_DATA, 1, 200);
        nic.put(DATA_REF, 4000, 0, 1, 100);
    })),
    FRAGMENT_FAR_BEYOND_ITS_PAGE("closed: OUTSIDE_PAGE", put(nic -> {
        nic.put(DATA_REF, 0, MORE_DATA, 1, 200);
        nic.put(DATA_REF, 65_535, 0, 1, 65_535);
    })),
    OTHERS_LARGER_THAN_ALL("status -1 -1", put(nic -> {
        nic.put(DATA_REF, 0, MORE_DATA, 1, 100);
        nic.put(DATA_REF, 0, 0, 1, 101);
    })),
    NOTHING_LEFT_FOR_THE_FIRST("status 0 0", put(nic -> {
        nic.put(DATA_REF, 0, MORE_DATA, 1, 100);
        nic.put(DATA_REF, 0, 0, 1, 100);
    })),
    NINETEEN_FRAGMENTS("status" + " -1".repeat(19), put(nic -> fragments(nic, 19))),
    TWENTY_FRAGMENTS("closed: MALICIOUS_FRAGMENTS", put(nic -> fragments(nic, 20))),
    CHAIN_WITHOUT_END("closed: MALICIOUS_FRAGMENTS", put(nic -> {
        for (int i = 0; i < SLOTS; i++) {
            nic.put(DATA_REF, 0, MORE_DATA, 1, 60);
        }
    })),
    CHAIN_CUT_OFF("closed: TRUNCATED", one(DATA_REF, 0, MORE_DATA, ARP_BYTES)),
    EXTRA_INFO_CUT_OFF("closed: TRUNCATED", one(DATA_REF, 0, EXTRA_INFO, ARP_BYTES)),
    EXTRA_INFOS_CUT_OFF("closed: TRUNCATED", extra(0, ARP_BYTES, 9 | 1 << 8)),
    EXTRA_INFOS_WITHOUT_END("closed: TRUNCATED", put(nic -> {
        nic.put(DATA_REF, 0, EXTRA_INFO, 1, ARP_BYTES);
        for (int i = 1; i < SLOTS; i++) {
            nic.putExtra(9 | 1 << 8);
        }
    })),
    EXTRA_INFO_OF_NO_TYPE("closed: EXTRA_WITHOUT_TYPE", extra(0, ARP_BYTES, 0)),
    EXTRA_INFO_OF_AN_UNKNOWN_TYPE("status 0 1", extra(0, ARP_BYTES, 200)),
    EXTRA_INFO_THAT_ONLY_LINUX_KNOWS("status 0 1", extra(0, ARP_BYTES, 5 | 256 << 16)),
    EXTRA_INFO_TWICE("closed: EXTRA_TWICE", put(nic -> {
        nic.put(DATA_REF, 0, EXTRA_INFO, 1, ARP_BYTES);
        nic.putExtra(4 | 1 << 8);
        nic.putExtra(4);
    })),
    MULTICAST_GROUP_JOINED("status 0 1", extra(0, ARP_BYTES, 2)),
    GSO_OF_NO_TYPE("closed: GSO_TYPE", segments(0, 1448)),
    GSO_OF_AN_UNKNOWN_TYPE("closed: GSO_TYPE", segments(3, 1448)),
    GSO_OF_NO_SIZE("closed: GSO_SIZE", segments(1, 0)),
    GSO_LARGER_THAN_THE_FRAME("status 0 1", segments(1, 1448)),
    GSO_LARGER_THAN_ANY_FRAME("status 0 1", segments(1, 65_534)),
    GSO_OF_ANOTHER_PROTOCOL("status -1 1", segments(2, 40)),
    GSO_OF_NO_TCP("status -1 1", extra(TX_CSUM_BLANK, ARP_BYTES, 1 | 1448L << 16 | 1L << 32)),
    CHECKSUM_OF_WHAT_HAS_NONE("status -1", one(DATA_REF, 0, TX_CSUM_BLANK, ARP_BYTES)),
    SAME_ID_TWICE("status 0 0", put(nic -> {
        nic.put(DATA_REF, 0, 0, 1, ARP_BYTES);
        nic.put(DATA_REF + 2, 0, 0, 1, ARP_BYTES);
    })),
    GRANT_ZERO("closed: grant 0: bad_gntref", one(0, 0, 0, ARP_BYTES)),
    GRANT_BEYOND_THE_TABLE("closed: grant 4294967295: bad_gntref", one(-1, 0, 0, ARP_BYTES)),
    GRANT_NEVER_GIVEN("closed: grant 200: bad_gntref", one(FREE_REF, 0, 0, ARP_BYTES)),
    GRANT_OF_ANOTHER_DOMAIN("closed: grant 200: permission_denied", granted(PERMIT, 1, 2)),
    GRANT_OF_A_FRAME_OUTSIDE_THE_REGION("closed: grant 200: bad_page", granted(PERMIT, 0, 1 << 20)),
    GRANT_OF_THE_GRANT_TABLE("closed: grant 200: bad_page", granted(PERMIT, 0, -1)),
    GRANT_REVOKED("closed: grant 200: bad_gntref", nic -> {
        String before = granted(PERMIT_READONLY, 0, 2).apply(nic);
        nic.grant(FREE_REF, 0, 0, 0);
        return before.equals("status 0") ? one(FREE_REF, 0, 0, ARP_BYTES).apply(nic) : before;
    }),
    THIRD_GRANT_OF_THREE("closed: grant 200: bad_gntref", put(nic -> {
        nic.put(DATA_REF, 0, MORE_DATA, 1, 300);
        nic.put(DATA_REF, 0, MORE_DATA, 1, 100);
        nic.put(FREE_REF, 0, 0, 1, 100);
    })),
    BUFFER_PRODUCER_TOO_FAR("closed: request producer ran past the ring", nic -> {
        nic.showBuffers(nic.posted() + SLOTS + 1);
        return nic.awaitEnd();
    }),
    BUFFER_GRANT_NEVER_GIVEN("closed: grant 200: bad_gntref", buffer(FREE_REF)),
    BUFFER_GRANT_READ_ONLY("closed: grant 16: permission_denied", buffer(DATA_REF)),
    BUFFER_GRANT_OF_ANOTHER_DOMAIN("closed: grant 200: permission_denied", nic -> {
        nic.grant(FREE_REF, PERMIT, nic.driver() + 1, 34);
        return buffer(FREE_REF).apply(nic);
    }),
    BUFFER_OF_THE_GRANT_TABLE("closed: grant 200: bad_page", nic -> {
        nic.grant(FREE_REF, PERMIT, nic.driver(), -1);
        return buffer(FREE_REF).apply(nic);
    }),
    /** A frame goes into the page that was granted when it was posted: the guest's own, and no other's. */
    BUFFER_REVOKED_WHILE_POSTED("received frame", nic -> {
        nic.post(1, BUFFER_REF);
        await().atMost(RawDevice.PATIENCE)
                .until(() -> nic.posted() > 1 || (nic.grantWord(BUFFER_REF) & 8) != 0 || isFilled(nic));
        nic.grant(BUFFER_REF, 0, 0, 0);
        return nic.awaitFrames();
    }),
    BUFFER_TWICE("received frame frame", nic -> {
        nic.post(1, BUFFER_REF);
        nic.post(2, BUFFER_REF);
        return nic.awaitFrames();
    }),
    BUFFER_ID_TWICE("received frame frame", nic -> {
        nic.post(1, BUFFER_REF);
        nic.post(1, BUFFER_REF + 1);
        return nic.awaitFrames();
    }),
    BUFFERS_ALL_OVER_AGAIN("received" + " frame".repeat(SLOTS + 20), nic -> {
        StringBuilder all = new StringBuilder("received");
        for (int i = 0; i < SLOTS + 20; i++) {
            nic.post(i, BUFFER_REF + i % RawNic.BUFFERS);
            all.append(nic.awaitFrames().substring("received".length()));
        }
        return all.toString();
    });

    private final String expected;
    private final Function<RawNic, String> attack;

    NicAttack(String expected, Function<RawNic, String> attack) {
        this.expected = expected;
        this.attack = attack;
    }

    /** What the guest sees: answers, and the connection lives, or {@code closed: WHY}. */
    String expected() {
        return expected;
    }

    boolean ends() {
        return expected.startsWith("closed");
    }

    String carryOut(RawNic nic) {
        return attack.apply(nic);
    }

    private static boolean isFilled(RawNic nic) {
        return nic.receiveRing().getIntAcquire(8) != 0;
    }

    private static Function<RawNic, String> put(Consumer<RawNic> slots) {
        return nic -> {
            slots.accept(nic);
            return nic.perform();
        };
    }

    private static Function<RawNic, String> one(int gref, int offset, int flags, int size) {
        return put(nic -> nic.put(gref, offset, flags, 1, size));
    }

    private static void fragments(RawNic nic, int count) {
        for (int i = 0; i < count; i++) {
            nic.put(DATA_REF, 0, i < count - 1 ? MORE_DATA : 0, 1, i == 0 ? 1000 : 1);
        }
    }

    private static Function<RawNic, String> extra(int flags, int size, long word) {
        return put(nic -> {
            nic.put(DATA_REF, 0, flags | EXTRA_INFO, 1, size);
            nic.putExtra(word);
        });
    }

    private static Function<RawNic, String> segments(long type, long size) {
        return put(nic -> {
            nic.put(DATA_REF + 1, 0, TX_CSUM_BLANK | EXTRA_INFO, 1, TCP_BYTES);
            nic.putExtra(1 | size << 16 | type << 32);
        });
    }

    /** @param domains beyond the driver's */
    private static Function<RawNic, String> granted(int flags, int domains, int frame) {
        return nic -> {
            nic.grant(FREE_REF, flags, nic.driver() + domains, frame);
            return one(FREE_REF, 0, 0, ARP_BYTES).apply(nic);
        };
    }

    private static Function<RawNic, String> buffer(int gref) {
        return nic -> {
            nic.post(1, gref);
            return nic.awaitEnd();
        };
    }
}
