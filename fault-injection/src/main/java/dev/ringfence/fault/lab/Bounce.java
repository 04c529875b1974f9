// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.memory.IoVector;
import dev.ringfence.memory.PrivateMemory;
import dev.ringfence.memory.Window;
import java.util.SplittableRandom;

/** Memory of a device's own, where data can be changed on its way. One thread. */
final class Bounce {
    // Kept so that the memory lives as long as its window is used.
    private final PrivateMemory memory;
    private final Window window;
    private final IoVector vector = new IoVector(1);

    Bounce(int bytes) {
        memory = new PrivateMemory(bytes);
        window = memory.window();
    }

    Window window() {
        return window;
    }

    /** What is to be written. */
    Bounce filled(IoVector source) {
        source.copyTo(window, 0);
        return this;
    }

    /** One byte of so many is another now; which, is for the chance to say. */
    Bounce spoiled(SplittableRandom random, long length) {
        long at = random.nextLong(length);
        window.putByte(at, (byte) (window.getByte(at) ^ 1 + random.nextInt(255)));
        return this;
    }

    /** What was read. */
    void copyTo(IoVector destination) {
        destination.copyFrom(window, 0);
    }

    /** The first bytes of it, for a device to move. */
    IoVector vector(long length) {
        return vector(0, length);
    }

    IoVector vector(long from, long length) {
        vector.clear();
        vector.add(window, from, length);
        return vector;
    }
}
