// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.memory;

import java.lang.ref.Reference;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/**
 * A small private block of native memory for the structures that system calls take; freed when nobody can use it any more.
 *
 * <p>A local variable that is not used after a call does not count as a reference while the call lasts, and the kernel reads
 * such a structure whenever it likes: a call that is restarted after SIGCONT reads it a second time. So whoever has one in a
 * local variable closes it behind the call.
 */
final class Scratch implements AutoCloseable {
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

    /** Until here it is there; nothing else happens. */
    @Override
    @SuppressWarnings("ReachabilityFenceUsage") // it is called in one: by try
    public void close() {
        Reference.reachabilityFence(this);
    }
}
