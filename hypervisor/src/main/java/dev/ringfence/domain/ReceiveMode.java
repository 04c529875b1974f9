// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.domain;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** How frames get to a guest. */
public enum ReceiveMode {
    /** Into pages that it has granted. */
    COPY("copy"),
    /** In pages of the driver's, which are handed over for empty ones of the guest's. */
    FLIP("flip"),
    /** As {@link #FLIP}; and a driver that touches a page which is not its own dies. */
    FLIP_GUARDED("flip-guarded");

    private final String text;

    ReceiveMode(String text) {
        this.text = text;
    }

    /** As in a machine file. */
    public String text() {
        return text;
    }

    public boolean flips() {
        return this != COPY;
    }

    /** All of them, as people write them. */
    public static String all() {
        return Arrays.stream(values()).map(mode -> "\"" + mode.text + "\"").collect(Collectors.joining(", "));
    }

    public static Optional<ReceiveMode> parse(String text) {
        return Arrays.stream(values()).filter(mode -> mode.text.equals(text)).findFirst();
    }
}
