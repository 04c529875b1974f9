// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend;

/** Who is told what becomes of a connection. On a worker's thread: must not wait. */
interface ConnectionEvents {
    /**
     * This process has let go of a connection it served.
     *
     * @param violation what the guest did to the protocol; empty for an ordinary end
     */
    void closed(int connection, String violation);

    /**
     * A request was answered with an error because drivers have died of it.
     *
     * @param device the connection's name and its device's
     */
    void convicted(String device, Conviction conviction);

    /** A queue of the connection was taken over, and is being served. */
    void takenOver(String connection, int incarnation, TakeoverFigures figures);
}
