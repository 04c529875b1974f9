// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.health;

/** A queue of a connection, as the monitor sees it. Called on the monitor's thread. */
public interface WatchedQueue {
    /** {@code 3/51712.0}: guest, device, queue. */
    String name();

    /** The guest on its other side. */
    int guest();

    /** The device it leads to; queues of one device wait for each other. */
    String device();

    int slots();

    /** False when the connection is gone: it is not watched any more. */
    boolean read(QueueReading reading);

    /** The thread of a process that holds the queue's lease or waits for it, as the domain's PID namespace counts; 0: unknown. */
    int thread(int process);

    /** Of its connection, the pages marked as in use, by the driver or by the guest; 0 for all but the first queue. */
    int pinnedGrants();

    /** Of its connection, the memory that the hypervisor shares with the driver; 0 for all but the first queue. */
    long sharedBytes();

    /** Holds a guest's report against what the guest can't write. */
    ViolationReport.Verdict check(ViolationReport report);

    /** Rings the worker's doorbell, as its guest would. */
    void nudge();
}
