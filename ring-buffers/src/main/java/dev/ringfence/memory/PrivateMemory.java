// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.memory;

/** Memory of this process alone, zeroed, for what has to be looked at where nobody can change it; freed with its last reference. */
public final class PrivateMemory {
    private final Scratch memory;

    public PrivateMemory(int bytes) {
        memory = new Scratch(bytes);
    }

    /** To be kept no longer than this. */
    public Window window() {
        return memory.window();
    }
}
