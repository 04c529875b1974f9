// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.flip;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What counts, and what goes on meanwhile. */
public enum Condition {
    /** Handing over alone, of data that is there. */
    ALONE("handing over"),
    /**
     * The device's writing of the data counts too: what is copied was written to memory that is in the cache, what is flipped to
     * memory that is not.
     */
    FILLED("writing and handing over"),
    /** As {@link #ALONE}, a second thread of the process at work on another processor. */
    BESIDE("handing over beside a neighbour");

    private final String title;

    Condition(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    boolean hasNeighbour() {
        return this == BESIDE;
    }

    boolean isFilled() {
        return this == FILLED;
    }

    @JsonValue
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
