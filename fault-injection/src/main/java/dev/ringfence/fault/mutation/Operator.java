// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.mutation;

import java.util.Locale;

/** A kind of edit; the first eight as in Nooks and MINIX 3, where they were made in machine code. */
public enum Operator {
    SOURCE("a load takes another variable or field of the same type"),
    DESTINATION("a store goes to another variable or field of the same type"),
    POINTER("an offset or an index is off, or a reference is null"),
    INTERFACE("an argument of a call is zero, or two are swapped"),
    BRANCH("a condition is inverted, always true or never true"),
    LOOP("a loop doesn't end, or ends too early or too late"),
    NOP("a call or a store is left out"),
    BIT("one bit of a constant, or of what was just read, is flipped"),
    ORDER("an ordered access is a plain one, a fence is left out, two stores are swapped"),
    THROW("an exception, an error, a wait for ever, a loop for ever, or a leak"),
    TWICE("a call is made twice"),
    IO("a device's write is lost, goes elsewhere or isn't flushed, a grant is leaked, an answer has the wrong id");

    private final String description;

    Operator(String description) {
        this.description = description;
    }

    /** As ledgers and reports write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** In a sentence's part, for readers of a report. */
    public String description() {
        return description;
    }
}
