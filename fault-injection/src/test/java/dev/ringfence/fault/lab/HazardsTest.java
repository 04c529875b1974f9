// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.fault.DiskHistory;
import dev.ringfence.fault.lab.FaultyRun.Setting;
import dev.ringfence.fault.lab.LabConnection.Shape;
import dev.ringfence.ring.Defect;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The known ways in which a driver's recovery goes wrong, each with the rule that is there against it switched off: somebody
 * notices. {@link SweepsTest} shows that nobody has anything to say against drivers that keep all rules.
 */
class HazardsTest {
    private static final int PATIENCE_MILLIS = 2_000;

    private final Lab lab = new Lab();

    private static final int FIRST_REQUEST_STORES = 30;

    /**
     * A hazard, and how it is let loose.
     *
     * @param run finds out, in words, if anything
     * @param noticed some of these words
     */
    record Hazard(String name, String defect, Function<Lab, Optional<String>> run, String noticed) {
        @Override
        public String toString() {
            return name + ": " + defect;
        }
    }

    static Stream<Hazard> hazards() {
        return Stream.of(
                new Hazard("H1 late write of the replaced", "no fence", HazardsTest::zombie, "sector"),
                of("H2 lost replay", Defect.REPLAY_DROPPED, Sweeps.MIXED, "is never answered"),
                of("H3 dead between data and response", Defect.DONE_REDONE, Sweeps.TRACED, "1 calls of 0 suspects"),
                of(
                        "H3 dead between response and index",
                        Defect.COMMITTED_BEFORE_RESPONSE,
                        Sweeps.MIXED,
                        "is never answered"),
                of(
                        "H3 dead between index and ring",
                        Defect.RESPONSES_NOT_REPUBLISHED,
                        Sweeps.MIXED,
                        "is never answered"),
                // blkif promises no order among requests that wait together: no guest sees it, but the device does.
                of("H4 replayed in another order", Defect.REPLAY_REVERSED, Sweeps.TRACED, "out of order"),
                new Hazard(
                        "H5 flush that does nothing",
                        VolatileDisk.FLUSH_DOES_NOTHING,
                        HazardsTest::idleFlush,
                        "after a power cut at the answer of flush"),
                new Hazard("H6 cache that dies with the driver", "CachingDisk", HazardsTest::cacheInTheDriver, "lost"),
                of("H7 late answer", Defect.PUBLISHED_BEFORE_COMMIT, Sweeps.PAIRS, "is no index of a driver"),
                of("H8 page in use after its answer", Defect.PINS_NOT_REBUILT, Sweeps.MIXED, "in use after its answer"),
                of(
                        "H9 done twice, and nobody knows",
                        Defect.STARTED_NOT_JOURNALLED,
                        Sweeps.TRACED,
                        "1 calls of 0 suspects"));
    }

    private static Hazard of(String name, Defect defect, Sweeps sweep, String noticed) {
        return new Hazard(
                name,
                defect.name(),
                lab -> Sweep.of(lab, sweep, PATIENCE_MILLIS, "-Dringfence.defect=" + defect)
                        .violation(),
                noticed);
    }

    private static Optional<String> idleFlush(Lab lab) {
        return sweep(
                lab,
                (hosts, store) -> Sweeps.onVolatileDisk(
                        lab, hosts, store, PATIENCE_MILLIS, Map.of(VolatileDisk.FLUSH_DOES_NOTHING, "")));
    }

    private static Optional<String> cacheInTheDriver(Lab lab) {
        Shape shape = new Shape(1, Workloads.BEFORE_WRAP, CachingDisk.class.getName(), Map.of(), false);
        return sweep(lab, (hosts, store) -> Sweeps.onDisk(lab, hosts, store, PATIENCE_MILLIS, shape));
    }

    /** Stopped wherever it may be with its first request in hand, replaced alive, and let go on. */
    private static Optional<String> zombie(Lab lab) {
        try (DriverPair drivers = new DriverPair(lab)) {
            Setting unfenced = new Setting(lab, drivers, false, Guest.MIXED);
            return IntStream.rangeClosed(1, FIRST_REQUEST_STORES)
                    .mapToObj(store -> FaultyRun.run(unfenced, new ProcessFault(ProcessFault.Kind.ZOMBIE, store)))
                    .flatMap(result -> result.violations().stream())
                    .filter(violation -> violation.nature() == DiskHistory.Nature.DATA)
                    .map(DiskHistory.Violation::what)
                    .findFirst();
        }
    }

    private static Optional<String> sweep(Lab lab, Sweep.Experiment experiment) {
        return Sweep.of(lab, Hosts::threads, 1, experiment).violation();
    }

    @AfterEach
    void close() {
        lab.close();
    }

    @ParameterizedTest
    @MethodSource("hazards")
    void isNoticed(Hazard hazard) {
        assertThat(hazard.run().apply(lab))
                .hasValueSatisfying(noticed -> assertThat(noticed).contains(hazard.noticed()));
    }
}
