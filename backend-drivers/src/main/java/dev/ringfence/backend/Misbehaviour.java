// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend;

import dev.ringfence.memory.Processes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * What an operator can order a driver to do wrong, to see what comes of it. Workers ask at every turn, and a device's
 * service in the middle of each request, where dying does most harm.
 */
public final class Misbehaviour {
    private static final int LEAK_BYTES = 1 << 20;
    private static final int EXIT_STATUS = 1;

    private static volatile String ordered = "";
    private static final List<byte[]> LEAKED = new ArrayList<>();

    private Misbehaviour() {}

    static void order(String how) {
        ordered = how;
    }

    /** Does what was ordered; that may be the last thing the calling thread does. */
    public static void actUp() {
        if (!ordered.isEmpty()) {
            act(ordered);
        }
    }

    private static void act(String how) {
        switch (how) {
            case "spin" -> spin();
            case "block" -> block();
            case "throw" -> throw new IllegalStateException("ordered to throw");
            case "exit" -> System.exit(EXIT_STATUS);
            case "segv" -> Processes.crashSelf();
            case "leak" -> leak();
            default -> ordered = "";
        }
    }

    private static void spin() {
        while (ordered.equals("spin")) {
            Thread.onSpinWait();
        }
    }

    private static void block() {
        while (ordered.equals("block")) {
            LockSupport.park();
        }
    }

    private static void leak() {
        synchronized (LEAKED) {
            LEAKED.add(new byte[LEAK_BYTES]);
        }
    }
}
