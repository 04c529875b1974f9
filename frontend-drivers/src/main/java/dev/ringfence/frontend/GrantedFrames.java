// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend;

import dev.ringfence.grant.GrantTable;
import dev.ringfence.grant.RegionLayout;
import dev.ringfence.memory.Window;
import java.util.Arrays;
import java.util.List;

/** Frames in a row, granted to a driver domain once and for the whole connection. */
public final class GrantedFrames {
    private static final int ENDED = -1;

    private final GrantTable table;
    private final Window window;
    private final int[] refs;

    /** @throws IllegalStateException when the table has no free entry left */
    public GrantedFrames(Window region, GrantTable table, int domid, int firstFrame, int count, boolean readOnly) {
        this.table = table;
        this.window = RegionLayout.frames(region, firstFrame, count);
        this.refs = new int[count];
        for (int page = 0; page < count; page++) {
            int ref = table.grantAccess(domid, firstFrame + page, readOnly);
            if (ref == GrantTable.NONE_FREE) {
                throw new IllegalStateException("no grant reference is left: page=" + page + " count=" + count);
            }
            refs[page] = ref;
        }
    }

    /** The frames, one behind the other. */
    public Window window() {
        return window;
    }

    public int count() {
        return refs.length;
    }

    /** The grant reference of a frame. */
    public int ref(int page) {
        return refs[page];
    }

    public List<Integer> refs() {
        return Arrays.stream(refs).boxed().toList();
    }

    /** Takes the frames back; how many the driver still uses. May be called again until that is 0. */
    public int endAccess() {
        int inUse = 0;
        for (int page = 0; page < refs.length; page++) {
            if (refs[page] != ENDED && table.endAccess(refs[page])) {
                refs[page] = ENDED;
            } else if (refs[page] != ENDED) {
                inUse++;
            }
        }
        return inUse;
    }
}
