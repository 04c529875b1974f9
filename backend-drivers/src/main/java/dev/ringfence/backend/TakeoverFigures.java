// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the takeover of one queue found, and how long it took; times by System.nanoTime.
 *
 * @param answered requests answered from the journal
 * @param unfinished requests replayed
 * @param started those of them that the predecessor may have carried out
 * @param heldNanos the lease was ours
 * @param settledNanos every queue of the device was settled
 * @param replayedNanos every queue of the device had replayed
 * @param servedNanos the first new requests were served
 */
record TakeoverFigures(
        int queue,
        int answered,
        int unfinished,
        int started,
        long heldNanos,
        long settledNanos,
        long replayedNanos,
        long servedNanos) {

    /** As an event carries them. */
    Map<String, Long> toEvent(int incarnation) {
        Map<String, Long> figures = new LinkedHashMap<>();
        figures.put("queue", (long) queue);
        figures.put("incarnation", (long) incarnation);
        figures.put("answeredFromJournal", (long) answered);
        figures.put("replayed", (long) unfinished);
        figures.put("replayedStarted", (long) started);
        figures.put("heldNanos", heldNanos);
        figures.put("settledMicros", (settledNanos - heldNanos) / 1_000);
        figures.put("replayedMicros", (replayedNanos - heldNanos) / 1_000);
        figures.put("servedMicros", (servedNanos - heldNanos) / 1_000);
        return figures;
    }
}
