// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.grant;

import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;

/** A small region with both sides of its grant table. */
final class Region implements AutoCloseable {
    static final int DRIVER = 3;
    static final int FRAMES = 64;

    private final SharedMemory memory = SharedMemory.create("test-region", FRAMES * 4096L);
    final Window window = memory.window();
    final GrantTable guest = new GrantTable(window);
    final GrantMap driver = new GrantMap(window, DRIVER);

    int flags(int ref) {
        return window.getShort(ref * 8L) & 0xffff;
    }

    /** What a hostile guest writes. */
    void entry(int ref, int flags, int domid, int frame) {
        window.putInt(ref * 8L + 4, frame);
        window.putShort(ref * 8L + 2, (short) domid);
        window.putShort(ref * 8L, (short) flags);
    }

    @Override
    public void close() {
        memory.close();
    }
}
