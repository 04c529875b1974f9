// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import dev.ringfence.hypervisor.control.MachineEvent;

/**
 * What a successor reported of one queue. Instants are CLOCK_MONOTONIC.
 *
 * @param replayed requests found unfinished, of which {@code replayedStarted} may have been done already
 * @param heldNanos the lease was held
 * @param settledNanos all queues' journals were settled
 * @param replayedNanos all queues had replayed
 * @param servedNanos the first turn was served
 */
record QueueTakeover(
        int queue,
        long replayed,
        long replayedStarted,
        long heldNanos,
        long settledNanos,
        long replayedNanos,
        long servedNanos) {
    static final String EVENT = "takeover";

    static QueueTakeover of(MachineEvent event) {
        long held = figure(event, "heldNanos");
        return new QueueTakeover(
                (int) figure(event, "queue"),
                figure(event, "replayed"),
                figure(event, "replayedStarted"),
                held,
                held + 1_000 * figure(event, "settledMicros"),
                held + 1_000 * figure(event, "replayedMicros"),
                held + 1_000 * figure(event, "servedMicros"));
    }

    private static long figure(MachineEvent event, String name) {
        if (event.detail().get(name) instanceof Number number) {
            return number.longValue();
        }
        throw new IllegalStateException("a takeover event lacks a figure: name=" + name + " event=" + event);
    }
}
