// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import java.util.List;

/** What guests in the lab do. */
final class Workloads {
    /** The ring's indices pass 2^32, and its slots their end, in the middle of a workload. */
    static final int BEFORE_WRAP = -4;

    /**
     * A flush that is answered after what came behind it, overlapping writes whose answers are published together, an indirect
     * write, a discard, reads over all of them.
     */
    static final List<List<Operation>> MIXED = List.of(
            List.of(Operation.write(0, 3), Operation.flush(), Operation.read(0, 12)),
            List.of(
                    Operation.write(0, 8),
                    Operation.write(4, 8),
                    Operation.read(0, 12),
                    Operation.flush(),
                    Operation.indirectWrite(8, 16),
                    Operation.discard(16, 8)));

    /** All that a stopped driver may have had in hand, written anew. */
    static final List<Operation> OVERWRITE = List.of(Operation.write(0, 24), Operation.flush());

    /** Each request can be told from the others by the call it makes. */
    static final List<List<Operation>> TRACED = List.of(List.of(
            Operation.write(0, 8),
            Operation.flush(),
            Operation.read(0, 8),
            Operation.write(8, 8),
            Operation.discard(16, 8)));

    /** Flushes before and after whatever dies. */
    static final List<List<Operation>> FLUSHES = List.of(
            List.of(Operation.write(0, 8), Operation.flush(), Operation.write(4, 8)),
            List.of(Operation.flush(), Operation.read(0, 12)));

    /** Two queues at work on the same sectors at the same time. */
    static final List<List<List<Operation>>> TWO_QUEUES = List.of(
            List.of(
                    List.of(Operation.write(0, 8), Operation.read(0, 12)),
                    List.of(Operation.write(4, 8), Operation.read(0, 12))),
            List.of(List.of(Operation.read(0, 12)), List.of(Operation.write(0, 12))));

    private Workloads() {}
}
