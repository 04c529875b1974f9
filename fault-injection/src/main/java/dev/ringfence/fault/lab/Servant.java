// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

/** A driver as whoever waits for it sees it. */
interface Servant {
    /** All its workers wait for a doorbell or for a frame, or are gone: nobody of them has anything in hand. */
    boolean isIdle();

    /** So does the thread that reads its switch's uplink, if there is one. */
    boolean isUplinkIdle();

    /**
     * That thread hangs; as {@link Diagnosis#look}.
     *
     * @param progress of the thread
     */
    boolean isUplinkStuck(long progress);
}
