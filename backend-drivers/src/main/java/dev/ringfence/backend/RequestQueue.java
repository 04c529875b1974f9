// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend;

import dev.ringfence.memory.Window;

/**
 * Where a back-end takes requests from and puts responses to. The Xen ring is the first dialect; services know no other
 * thing about it than this.
 */
public interface RequestQueue {
    /** From {@link #available}: the front-end published an index that no correct one does. */
    int OVERFLOW = -1;

    /** Requests to take now, or {@link #OVERFLOW}. */
    int available();

    /** Bytes of a request. */
    int requestBytes();

    /** Copies the next request, once, into private memory. */
    void copyNext(Window destination, long offset);

    /** Counts the copied request as taken. */
    void advance();

    /**
     * Writes response number {@code index}; nobody sees it before {@link #publish}.
     *
     * @param operation what was asked for; 0 where a device class knows only one thing to ask for
     */
    void respond(int index, long id, int operation, int status);

    /** Shows the responses before {@code index}. True: the front-end wants to be told. */
    boolean publish(int index);

    /** Asks the front-end to ring for its next request. True: look again instead of sleeping. */
    boolean armAndRecheck();
}
