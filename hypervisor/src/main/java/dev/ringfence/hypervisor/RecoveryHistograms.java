// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.hypervisor.control.RecoveryStatus;
import dev.ringfence.hypervisor.control.StageStatus;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** How long the takeovers of one domain took, stage by stage. Guarded by itself. */
final class RecoveryHistograms {
    /** In the order they come; each from the end of the one before, except the last, which is all of them. */
    enum Stage {
        LEASE,
        SETTLE,
        REPLAY,
        ANSWER,
        OUTAGE;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final long NANOS_MAX = 3_600_000_000_000L;
    private static final int DIGITS = 2;

    private final Map<Stage, Histogram> histograms = new EnumMap<>(Stage.class);
    private long takeovers;
    private long replayed;
    private long lastOutageNanos;

    RecoveryHistograms() {
        for (Stage stage : Stage.values()) {
            histograms.put(stage, new Histogram(NANOS_MAX, DIGITS));
        }
    }

    synchronized void add(Map<Stage, Long> nanos, long requestsReplayed) {
        // The figures are a driver's: what can't be is made to fit.
        nanos.forEach((stage, value) -> histograms.get(stage).recordValue(Math.max(0, Math.min(value, NANOS_MAX))));
        takeovers++;
        replayed += requestsReplayed;
        lastOutageNanos = nanos.getOrDefault(Stage.OUTAGE, 0L);
    }

    synchronized RecoveryStatus status() {
        List<StageStatus> stages = new ArrayList<>();
        histograms.forEach((stage, histogram) -> stages.add(status(stage, histogram)));
        return new RecoveryStatus(takeovers, replayed, lastOutageNanos, stages);
    }

    private static StageStatus status(Stage stage, Histogram histogram) {
        return new StageStatus(
                stage.word(),
                histogram.getTotalCount(),
                histogram.getValueAtPercentile(50),
                histogram.getValueAtPercentile(99),
                histogram.getValueAtPercentile(99.9),
                histogram.getMaxValue(),
                Math.round(histogram.getMean() * histogram.getTotalCount()));
    }
}
