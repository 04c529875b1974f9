// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.net;

import dev.ringfence.memory.Window;

/** The pages that frames arrive in, one for each slot of a receive ring. For one thread at a time; allocates nothing. */
interface ReceiveBuffers {
    /** How many. */
    int count();

    /** In which they are. */
    Window window();

    /** Lets the driver have a slot's page, for the next frame; the ref to post. */
    int offer(int slot);

    /** The slot has been answered: the page is ours. False: it is not, which no correct driver says. */
    boolean take(int slot);

    /** Where a slot's page is in {@link #window}, once it is ours. */
    long offset(int slot);

    /** As at the beginning: the driver has let go of everything. */
    void reset();

    /** Takes everything back once the connection is closed; how many pages the driver still uses. */
    int endAccess();
}
