// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import java.util.Optional;

/** The message types of xs_wire.h that this store knows; every other one is answered with {@code ENOSYS}. */
enum StoreMessageType {
    CONTROL(0),
    DIRECTORY(1),
    READ(2),
    GET_PERMS(3),
    WATCH(4),
    UNWATCH(5),
    TRANSACTION_START(6),
    TRANSACTION_END(7),
    INTRODUCE(8),
    RELEASE(9),
    GET_DOMAIN_PATH(10),
    WRITE(11),
    MKDIR(12),
    RM(13),
    SET_PERMS(14),
    WATCH_EVENT(15),
    ERROR(16),
    IS_DOMAIN_INTRODUCED(17),
    RESET_WATCHES(21),
    DIRECTORY_PART(22),
    GET_FEATURE(23),
    GET_QUOTA(25),
    SET_QUOTA(26);

    private static final StoreMessageType[] BY_VALUE = new StoreMessageType[27];

    static {
        for (StoreMessageType type : values()) {
            BY_VALUE[type.value] = type;
        }
    }

    private final int value;

    StoreMessageType(int value) {
        this.value = value;
    }

    int value() {
        return value;
    }

    static Optional<StoreMessageType> of(int value) {
        return value < 0 || value >= BY_VALUE.length ? Optional.empty() : Optional.ofNullable(BY_VALUE[value]);
    }
}
