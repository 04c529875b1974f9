// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.net;

import dev.ringfence.grant.GrantTable;
import dev.ringfence.grant.PagePools;
import dev.ringfence.grant.RegionLayout;
import dev.ringfence.memory.Window;
import java.util.Arrays;

/**
 * Empty pages that the driver gets, and gives full ones for: page flips. Its pool's pages and ours go round between the two of us,
 * and no others: a driver that gives us anything else is not believed.
 */
final class FlippedBuffers implements ReceiveBuffers {
    private static final int NOT_OFFERED = -1;

    private final Window region;
    private final GrantTable table;
    private final int driver;
    private final int firstFrame;
    private final PagePools pools;
    private final int pool;
    private final int[] frames;
    private final int[] refs;
    /** By frame: pages that the driver has, or has been offered, so that it may give them to us. */
    private final boolean[] away;

    /**
     * @param firstFrame of as many as a ring has slots
     * @param pool the driver's, of this queue
     */
    FlippedBuffers(Window region, GrantTable table, int driver, int firstFrame, PagePools pools, int pool) {
        this.region = region;
        this.table = table;
        this.driver = driver;
        this.firstFrame = firstFrame;
        this.pools = pools;
        this.pool = pool;
        this.frames = new int[pools.ringSlots()];
        this.refs = new int[pools.ringSlots()];
        this.away = new boolean[pools.layout().frames()];
        Arrays.fill(refs, NOT_OFFERED);
        reset();
    }

    @Override
    public int count() {
        return frames.length;
    }

    @Override
    public Window window() {
        return region;
    }

    @Override
    public int offer(int slot) {
        int ref = table.acceptTransfer(driver, frames[slot]);
        if (ref == GrantTable.NONE_FREE) {
            throw new IllegalStateException("no grant reference is left: slot=" + slot);
        }
        refs[slot] = ref;
        away[frames[slot]] = true;
        return ref;
    }

    @Override
    public boolean take(int slot) {
        int frame = table.endTransfer(refs[slot]);
        if (frame == GrantTable.NOT_COMPLETED) {
            return false;
        }
        refs[slot] = NOT_OFFERED;
        if (frame < 0 || !away[frame]) {
            return false;
        }
        away[frame] = false;
        frames[slot] = frame;
        return true;
    }

    @Override
    public long offset(int slot) {
        return RegionLayout.offset(frames[slot]);
    }

    @Override
    public void reset() {
        endAccess();
        Arrays.fill(away, false);
        Arrays.fill(away, pools.first(pool), pools.first(pool) + pools.frames(), true);
        for (int slot = 0; slot < frames.length; slot++) {
            frames[slot] = firstFrame + slot;
        }
    }

    @Override
    public int endAccess() {
        for (int slot = 0; slot < refs.length; slot++) {
            if (refs[slot] != NOT_OFFERED) {
                table.forgetTransfer(refs[slot]);
                refs[slot] = NOT_OFFERED;
            }
        }
        return 0;
    }
}
