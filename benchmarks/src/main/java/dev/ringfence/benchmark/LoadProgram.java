// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import dev.ringfence.frontend.block.BlockQueue;
import dev.ringfence.frontend.guest.GuestContext;
import dev.ringfence.frontend.guest.GuestProgram;
import java.nio.file.Path;

/** The guest's program: loads its disks as it is ordered over the socket that is its argument. */
public final class LoadProgram implements GuestProgram {
    static final String IMAGE_DISK = "xvda";
    static final String MEMORY_DISK = "xvdb";
    static final String PROBE_DISK = "xvdc";
    static final String TAGGED_DISK = "xvdd";

    @Override
    public void run(GuestContext context) {
        RingLoad image = new RingLoad(queue(context, IMAGE_DISK));
        RingLoad memory = new RingLoad(queue(context, MEMORY_DISK));
        RingLoad tagged = new RingLoad(queue(context, TAGGED_DISK));
        ProbeLoad probe = new ProbeLoad(queue(context, PROBE_DISK));
        WorkerLink.serve(Path.of(context.arguments().get(0)), (order, descriptors) -> switch (order.target()) {
            case IMAGE_DISK -> image.run(order);
            case MEMORY_DISK -> memory.run(order);
            case TAGGED_DISK -> tagged.run(order);
            case PROBE_DISK -> probe.run(order);
            default -> throw new IllegalArgumentException("target=" + order.target());
        });
    }

    private static BlockQueue queue(GuestContext context, String disk) {
        return context.disk(disk).queues().get(0);
    }
}
