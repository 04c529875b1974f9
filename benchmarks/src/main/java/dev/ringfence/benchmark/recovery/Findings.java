// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import dev.ringfence.benchmark.Host;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a run has found so far. */
final class Findings {
    private final List<OutageSeries> series = new ArrayList<>();
    private final List<FloorSeries> floors = new ArrayList<>();
    private final List<ThroughputRound> throughput = new ArrayList<>();
    private Optional<StandbyCost> standby = Optional.empty();
    private final List<String> skipped = new ArrayList<>();
    private Optional<SupervisionCost> supervision = Optional.empty();
    private Optional<SoakReport> soak = Optional.empty();
    private Effects effects = Effects.NONE;

    void add(OutageRun run) {
        series.addAll(run.series());
        floors.addAll(run.floors());
        skipped.addAll(run.skipped());
    }

    void addThroughput(List<ThroughputRound> rounds) {
        throughput.addAll(rounds);
    }

    void add(StandbyCost cost) {
        standby = Optional.of(cost);
    }

    void add(SupervisionCost cost) {
        supervision = Optional.of(cost);
    }

    void add(SoakReport report) {
        soak = Optional.of(report);
    }

    void add(Effects more) {
        effects = effects.plus(more);
    }

    void skip(String what) {
        skipped.add(what);
    }

    List<ThroughputRound> throughput() {
        return throughput;
    }

    RecoveryReport report(Host host, RecoverySettings settings) {
        Map<String, Object> how = new LinkedHashMap<>();
        how.put("killsOfEachWay", settings.outages().kills());
        how.put("loadGoesOnWhileAStandbyIsStarted", settings.outages().steady());
        how.put("seed", settings.seed());
        return new RecoveryReport(
                "recovery",
                host,
                how,
                series,
                floors,
                throughput,
                standby.orElse(null),
                supervision.orElse(null),
                soak.orElse(null),
                effects,
                skipped,
                new RecoveryGoals(series, floors).evaluate(throughput, supervision, soak, effects));
    }
}
