// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend;

import java.util.ArrayList;
import java.util.List;

/** What an operator can order a driver to do wrong, to see what comes of it. Workers ask at every turn. */
final class Misbehaviour {
    private static final int LEAK_BYTES = 1 << 20;

    private static volatile String ordered = "";
    private static final List<byte[]> LEAKED = new ArrayList<>();

    private Misbehaviour() {}

    static void order(String how) {
        ordered = how;
    }

    static void actUp() {
        switch (ordered) {
            case "" -> {
                return;
            }
            case "spin" -> spin();
            case "throw" -> throw new IllegalStateException("ordered to throw");
            case "leak" -> leak();
            default -> ordered = "";
        }
    }

    private static void spin() {
        while (ordered.equals("spin")) {
            Thread.onSpinWait();
        }
    }

    private static void leak() {
        synchronized (LEAKED) {
            LEAKED.add(new byte[LEAK_BYTES]);
        }
    }
}
