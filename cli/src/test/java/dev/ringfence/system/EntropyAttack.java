// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static dev.ringfence.system.RawRingDevice.DATA_REF;
import static dev.ringfence.system.RawRingDevice.FREE_REF;
import static dev.ringfence.system.RawRingDevice.PERMIT;
import static dev.ringfence.system.RawRingDevice.PERMIT_READONLY;

import java.util.function.Function;

/** What a front-end can do wrong with a source of random bytes, and what is to come of it. */
@SuppressWarnings("ImmutableEnumChecker") // functions, and none has a state
enum EntropyAttack {
    PRODUCER_TOO_FAR("closed: request producer ran past the ring", source -> {
        source.publish(source.produced() + source.slots() + 1);
        return source.awaitEnd();
    }),
    PRODUCER_BACKWARDS("closed: request producer ran past the ring", source -> {
        source.ask(DATA_REF, 16);
        source.publish(source.produced() - 1);
        return source.awaitEnd();
    }),
    NOTHING("closed: length 0", source -> source.ask(DATA_REF, 0)),
    MORE_THAN_A_PAGE("closed: length 4097", source -> source.ask(DATA_REF, 4097)),
    AS_MUCH_AS_CAN_BE_SAID("closed: length 65535", source -> source.ask(DATA_REF, 65535)),
    GRANT_ZERO("closed: grant 0: bad_gntref", source -> source.ask(0, 16)),
    GRANT_BEYOND_THE_TABLE("closed: grant 4294967295: bad_gntref", source -> source.ask(-1, 16)),
    GRANT_NEVER_GIVEN("closed: grant 100: bad_gntref", source -> source.ask(FREE_REF, 16)),
    GRANT_OF_ANOTHER_DOMAIN("closed: grant 100: permission_denied", source -> {
        source.grant(FREE_REF, PERMIT, source.driver() + 1, 1);
        return source.ask(FREE_REF, 16);
    }),
    GRANT_READ_ONLY("closed: grant 100: permission_denied", source -> {
        source.grant(FREE_REF, PERMIT_READONLY, source.driver(), 1);
        return source.ask(FREE_REF, 16);
    }),
    GRANT_OF_A_FRAME_OUTSIDE_THE_REGION("closed: grant 100: bad_page", source -> {
        source.grant(FREE_REF, PERMIT, source.driver(), 1 << 20);
        return source.ask(FREE_REF, 16);
    }),
    GRANT_OF_THE_GRANT_TABLE("closed: grant 100: bad_page", source -> {
        source.grant(FREE_REF, PERMIT, source.driver(), -1);
        return source.ask(FREE_REF, 16);
    }),
    SAME_ID_TWICE("status 16 17", source -> {
        source.put(DATA_REF, 16);
        return source.ask(DATA_REF, 17);
    });

    private final String expected;
    private final Function<RawEntropy, String> attack;

    EntropyAttack(String expected, Function<RawEntropy, String> attack) {
        this.expected = expected;
        this.attack = attack;
    }

    /** {@code status BYTES}, and the connection lives, or {@code closed: WHY}. */
    String expected() {
        return expected;
    }

    boolean ends() {
        return expected.startsWith("closed");
    }

    String carryOut(RawEntropy source) {
        return attack.apply(source);
    }
}
