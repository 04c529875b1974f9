// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import dev.ringfence.memory.Descriptor;
import java.nio.file.Path;
import java.util.List;

/**
 * A process of its own that does, without any ring, what drivers do: the floors of the comparison.
 *
 * <p>Its memory device is as large as the machine's, though not the same memory, which only drivers are given.
 */
final class DirectProcess {
    /** Brings the descriptors for round trips, and measures nothing. */
    static final String CONNECT = "connect";

    private final long bytes;
    private final DirectLoad image;
    private final DirectLoad memory;
    private RoundTrip roundTrip;

    private DirectProcess(Path image, long bytes) {
        this.bytes = bytes;
        this.image = DirectLoad.onImage(image, bytes);
        this.memory = DirectLoad.onMemory(bytes);
    }

    /** Arguments: socket, image, bytes. */
    public static void main(String[] arguments) {
        DirectProcess process = new DirectProcess(Path.of(arguments[1]), Long.parseLong(arguments[2]));
        WorkerLink.serve(Path.of(arguments[0]), process::perform);
    }

    private Figures perform(Order order, List<Descriptor> descriptors) {
        return switch (order.target()) {
            case Results.IMAGE -> image.run(order);
            case Results.MEMORY -> memory.run(order);
            case Engines.ROUND_TRIP -> roundTrip.run(order, false);
            case Engines.ROUND_TRIP_AND_READ -> roundTrip.run(order, true);
            case CONNECT -> {
                roundTrip = new RoundTrip(descriptors, bytes);
                yield new Figures(0, 0, 0, 0, 0, 0, 0);
            }
            default -> throw new IllegalArgumentException("target=" + order.target());
        };
    }
}
