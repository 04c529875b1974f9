// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import dev.ringfence.benchmark.Summary;
import dev.ringfence.hypervisor.control.KillMethod;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * The crashes of one kind. Times in microseconds, but in {@code crashes}.
 *
 * @param outage as seen on the queue where it lasted longest
 * @param guestOutage time in which no queue at all saw a completion
 * @param stages by name, in order
 * @param notCounted kills that found no request started
 * @param crashes those that count, one by one
 */
public record OutageSeries(
        String way,
        int queues,
        int depth,
        Summary outage,
        Summary guestOutage,
        Map<String, Summary> stages,
        long replayed,
        long replayedStarted,
        int notCounted,
        List<Crash> crashes) {
    static final String FAULT_TO_HELD = "fault to lease held";
    static final String HELD_TO_SETTLED = "held to settled";
    static final String SETTLED_TO_REPLAYED = "settled to replayed";
    static final String REPLAYED_TO_RESPONSE = "replayed to first response";

    public OutageSeries {
        crashes = List.copyOf(crashes);
    }

    static OutageSeries of(KillMethod way, int queues, int depth, List<Crash> crashes, int notCounted) {
        Map<String, Summary> stages = new LinkedHashMap<>();
        stages.put(FAULT_TO_HELD, stage(crashes, Crash.Stages::heldNanos));
        stages.put(HELD_TO_SETTLED, stage(crashes, Crash.Stages::settledNanos));
        stages.put(SETTLED_TO_REPLAYED, stage(crashes, Crash.Stages::replayedNanos));
        stages.put(REPLAYED_TO_RESPONSE, stage(crashes, Crash.Stages::respondedNanos));
        return new OutageSeries(
                way.word(),
                queues,
                depth,
                summary(crashes, Crash::outageNanos),
                summary(crashes, Crash::guestOutageNanos),
                stages,
                crashes.stream().mapToLong(Crash::replayed).sum(),
                crashes.stream().mapToLong(Crash::replayedStarted).sum(),
                notCounted,
                crashes);
    }

    boolean isBy(KillMethod how) {
        return way.equals(how.word());
    }

    private static Summary stage(List<Crash> crashes, ToLongFunction<Crash.Stages> figure) {
        return summary(crashes, crash -> figure.applyAsLong(crash.stages()));
    }

    private static Summary summary(List<Crash> crashes, ToLongFunction<Crash> figure) {
        return Summary.ofNanos(crashes.stream().mapToLong(figure).boxed().toList());
    }
}
