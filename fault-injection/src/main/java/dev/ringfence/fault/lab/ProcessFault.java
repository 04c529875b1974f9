// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import java.util.Locale;

/**
 * Something that a driver's process does or that is done to it, at a certain store of its worker to shared memory.
 *
 * @param store of the worker after which it happens, from 1; not reached, nothing happens
 * @param heirStore the same of its heir's worker, where that is to end, too; otherwise 0
 */
public record ProcessFault(Kind kind, int store, int heirStore) implements Fault {
    public static final String FAMILY = "process";

    public ProcessFault(Kind kind, int store) {
        this(kind, store, 0);
    }

    /** What happens. */
    public enum Kind {
        KILL("SIGKILL"),
        STOP("SIGSTOP: it stands still, and nothing tells"),
        EXIT("it leaves by System.exit"),
        SEGV("SIGSEGV, as native code's wild pointer gets"),
        MEMORY_HOG("its worker takes memory until there is none"),
        CPU_HOG("its worker runs for ever"),
        DESCRIPTOR_HOG("it opens files until it may open no more"),
        THREAD_HOG("it starts threads, some hundreds"),
        DIE_AT_STORE("its worker ends"),
        DIE_TWICE("its worker ends, and so does its heir's"),
        ZOMBIE("it is stopped, replaced, its guest overwrites what it had begun to write, and it goes on");

        private final String description;

        Kind(String description) {
            this.description = description;
        }

        /** As campaign files and ledgers write it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        public String description() {
            return description;
        }

        /** Other lives in the same process suffer from it, too. */
        boolean ruinsProcess() {
            return this != DIE_AT_STORE && this != DIE_TWICE && this != ZOMBIE && this != MEMORY_HOG;
        }
    }

    @Override
    public String encode() {
        return FAMILY + " " + kind + " " + store + " " + heirStore;
    }

    static ProcessFault of(String text) {
        String[] words = text.split(" ", -1);
        return new ProcessFault(Kind.valueOf(words[0]), Integer.parseInt(words[1]), Integer.parseInt(words[2]));
    }
}
