// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.domain.Message;
import java.util.Map;

/**
 * What a successor reported of one queue it inherited; times are its own figures, by the machine's monotonic clock.
 *
 * @param connection {@code 3/51712}
 * @param servedNanos when it had served its first turn
 */
record QueueTakeover(
        String connection,
        long heldNanos,
        long settleNanos,
        long replayNanos,
        long answerNanos,
        long servedNanos,
        long answered,
        long replayed,
        long started) {
    static final String KIND = "takeover";

    private static final long NANOS_A_MICRO = 1_000;

    static QueueTakeover of(Message.Report report) {
        Map<String, Long> figures = report.figures();
        long held = figures.getOrDefault("heldNanos", 0L);
        long settled = NANOS_A_MICRO * figures.getOrDefault("settledMicros", 0L);
        long replayed = NANOS_A_MICRO * figures.getOrDefault("replayedMicros", 0L);
        long served = NANOS_A_MICRO * figures.getOrDefault("servedMicros", 0L);
        return new QueueTakeover(
                report.message(),
                held,
                settled,
                replayed - settled,
                served - replayed,
                held + served,
                figures.getOrDefault("answeredFromJournal", 0L),
                figures.getOrDefault("replayed", 0L),
                figures.getOrDefault("replayedStarted", 0L));
    }
}
