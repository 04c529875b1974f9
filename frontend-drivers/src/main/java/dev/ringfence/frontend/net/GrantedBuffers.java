// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.net;

import dev.ringfence.frontend.GrantedFrames;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;

/** Pages that the driver may write into, granted once: slot and page stay together for ever. */
record GrantedBuffers(GrantedFrames frames) implements ReceiveBuffers {
    @Override
    public int count() {
        return frames.count();
    }

    @Override
    public Window window() {
        return frames.window();
    }

    @Override
    public int offer(int slot) {
        return frames.ref(slot);
    }

    @Override
    public boolean take(int slot) {
        return true;
    }

    @Override
    public long offset(int slot) {
        return (long) slot * SharedMemory.PAGE_BYTES;
    }

    @Override
    public void reset() {
        // They have been ours all the time.
    }

    @Override
    public int endAccess() {
        return frames.endAccess();
    }
}
