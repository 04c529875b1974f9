// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend;

import dev.ringfence.domain.ReceiveMode;
import dev.ringfence.memory.Window;
import dev.ringfence.ring.ControlRegion;
import dev.ringfence.ring.Journal;

/**
 * The front-end's part in a {@link Rehearsal}, on private memory: what a guest of this device class does, and what a
 * predecessor of its driver leaves behind. Confined to the rehearsing thread.
 */
public interface RehearsalScript extends AutoCloseable {
    /** Frames of the I/O region the script needs, the grant table's not counted. */
    int frames();

    /** Pages of its ring. */
    int ringPages();

    /** Slots of its ring; a power of two. */
    int slots();

    /** How its guest receives, if it is of a kind that does. */
    default ReceiveMode receive() {
        return ReceiveMode.COPY;
    }

    /** A scratch device, of the kind that is to be served. */
    ServedDevice device();

    /**
     * Begins a round: grants what it needs, lays out the ring.
     *
     * @param region an I/O region with nothing in it
     * @param driver the domain that is to be granted
     * @return the ring's first frame
     */
    int begin(Window region, int driver);

    /**
     * As the owner that is about to die: takes requests that {@link #submit} has shown, starts some, ends some.
     *
     * @param control the connection's, with the journal in it
     */
    void abandon(Journal journal, ControlRegion control);

    /**
     * Shows the driver another handful of requests, all answered before.
     *
     * @param turn counts from 0 in a round; sometimes there is one request, sometimes the ring is full
     */
    void submit(int turn);

    /** Takes what answers there are; true when every request has been answered. */
    boolean answered();

    @Override
    void close();
}
