// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.grant;

import dev.ringfence.memory.Window;

/** How many entries of a grant table are marked as in use. The guest can write the table too, so this is a hint, no proof. */
public final class PinnedGrants {
    private PinnedGrants() {}

    /** @param region a connection's I/O region */
    public static int count(Window region) {
        RegionLayout layout = RegionLayout.of(region);
        Window table = layout.table(region);
        int pinned = 0;
        for (int ref = GrantEntry.RESERVED_REFS; ref < layout.refs(); ref++) {
            if (GrantEntry.isInUse(table.getInt(GrantEntry.offset(ref)))) {
                pinned++;
            }
        }
        return pinned;
    }
}
