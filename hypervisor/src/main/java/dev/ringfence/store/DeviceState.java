// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import java.util.Locale;

/** The state of one end of a device, as both ends write it under {@code state}; Xen's XenbusState. */
public enum DeviceState {
    UNKNOWN,
    INITIALISING,
    INIT_WAIT,
    INITIALISED,
    CONNECTED,
    CLOSING,
    CLOSED,
    RECONFIGURING,
    RECONFIGURED;

    private static final DeviceState[] STATES = values();

    /** The number that stands for this state in the store. */
    public int value() {
        return ordinal();
    }

    /** As Xen spells it: {@code InitWait}, {@code Connected}. */
    public String word() {
        StringBuilder word = new StringBuilder();
        for (String part : name().split("_", -1)) {
            word.append(part.charAt(0)).append(part.substring(1).toLowerCase(Locale.ROOT));
        }
        return word.toString();
    }

    /** What to write into the store. */
    public String text() {
        return Integer.toString(value());
    }

    /** The state a peer wrote; {@link #UNKNOWN} for anything that is no state, since a peer may write what it likes. */
    public static DeviceState parse(String text) {
        for (DeviceState state : STATES) {
            if (state.text().equals(text)) {
                return state;
            }
        }
        return UNKNOWN;
    }
}
