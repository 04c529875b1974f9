// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.memory;

import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/** A small private block of native memory for the structures that system calls take; freed with its last reference. */
final class Scratch {
    // Kept so that the block lives as long as its user does.
    private final Pointer memory;
    private final Window window;

    Scratch(int bytes) {
        memory = Memory.allocateDirect(LibC.RUNTIME, bytes, true);
        window = new Window(memory.address(), bytes, false);
    }

    long address() {
        return memory.address();
    }

    Window window() {
        return window;
    }
}
