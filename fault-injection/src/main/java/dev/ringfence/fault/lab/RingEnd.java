// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.memory.Descriptor;
import java.util.List;

/** A guest's end of a ring and its doorbells, as far as a hypervisor has to do with it. */
interface RingEnd extends AutoCloseable {
    /** The frame in the region that the ring is in. */
    int ringFrame();

    /** What a driver process gets of the ring's event channel. */
    List<Descriptor> driverEnds();

    /** Makes the driver look around. */
    void ring();

    /** The longest time that the guest has waited for an answer. */
    long longestWaitNanos();

    @Override
    void close();
}
