// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

/**
 * What becomes of one queue's worker in one life.
 *
 * @param store after which of its stores, from 1; 0 for never
 * @param from where its stores are counted from
 * @param plainToo counts its plain stores too, and not only those that the journal's rules are made of
 */
record Fate(Action action, int store, From from, boolean plainToo) {
    enum Action {
        /** SIGKILL of its process. */
        KILL,
        /** The end of its thread alone: to the kernel, and so to the heir, the same. */
        EXIT,
        /** It waits there until {@link Stage#verdict} says more. */
        HOLD,
        /** What its {@link ProcessFault} says. */
        MISDEED
    }

    enum From {
        LEASE,
        /** From the lease on, and only until the takeover is over. */
        LEASE_TO_RECOVERY,
        RECOVERY
    }

    static final Fate NONE = new Fate(Action.KILL, 0, From.LEASE, false);

    static Fate kill(int store) {
        return new Fate(Action.KILL, store, From.LEASE, false);
    }

    static Fate at(Action action, int store) {
        return new Fate(action, store, From.LEASE, false);
    }

    Fate from(From newFrom) {
        return new Fate(action, store, newFrom, plainToo);
    }

    Fate amongAllStores() {
        return new Fate(action, store, from, true);
    }

    String encode() {
        return action + " " + store + " " + from + " " + plainToo;
    }

    static Fate decode(String text) {
        String[] words = text.split(" ", -1);
        return new Fate(
                Action.valueOf(words[0]),
                Integer.parseInt(words[1]),
                From.valueOf(words[2]),
                Boolean.parseBoolean(words[3]));
    }
}
