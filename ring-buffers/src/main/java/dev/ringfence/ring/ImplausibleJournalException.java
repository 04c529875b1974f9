// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.ring;

/** A journal that no driver keeping to the steps can have left, or one of another version: nothing in it is believed. */
public final class ImplausibleJournalException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ImplausibleJournalException(String what) {
        super("implausible journal: " + what);
    }
}
