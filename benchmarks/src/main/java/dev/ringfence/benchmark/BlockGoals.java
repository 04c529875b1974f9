// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the block path is meant to reach, and how near a run came. */
final class BlockGoals {
    private static final double OF_DIRECT = 0.8;
    private static final double AHEAD = 1.0;
    /** "Level": within the spread of neighbouring rounds. */
    private static final double LEVEL = 0.9;

    private static final double OVER_ROUND_TRIP_MICROS = 2;
    /** The JVM wakes now and then for its own sake: the budget of all its threads together. */
    private static final double IDLE_PROCESS_MICROS = 2_000;
    /** Less than a byte: a JVM may allocate something of its own while millions of requests pass. */
    private static final double ALLOCATED_BYTES = 0.5;

    private final Results results;
    private final Host host;
    private final List<Goal> goals = new ArrayList<>();

    BlockGoals(Results results, Host host) {
        this.results = results;
        this.host = host;
    }

    List<Goal> evaluate(List<Results.Ratio> ratios, Map<String, Double> allocated, Map<String, Double> idle) {
        ofDirect(ratios, Workload.DEEP_READ);
        ofDirect(ratios, Workload.DEEP_WRITE);
        overRoundTrip();
        overSleepingRoundTrip();
        againstPeers(ratios);
        idle(idle);
        allocated.forEach((who, bytes) -> goals.add(Goal.atMost(
                "bytes allocated per request, " + who,
                ALLOCATED_BYTES,
                bytes,
                "something on the ring path allocates")));
        return goals;
    }

    private void ofDirect(List<Results.Ratio> ratios, Workload workload) {
        for (Results.Ratio ratio : ratios) {
            if (ratio.against().equals(Engines.DIRECT)
                    && ratio.device().equals(Results.IMAGE)
                    && ratio.workload().equals(workload.name())) {
                double ring = nanosARequest(workload, Engines.RING);
                double direct = nanosARequest(workload, Engines.DIRECT);
                String why = String.format(
                        Locale.ROOT,
                        "a request takes %.0f ns over the ring and %.0f ns directly: copying and checking it, its journal,"
                                + " its grant and the cache lines that two processors share cost %.0f ns%s",
                        ring,
                        direct,
                        ring - direct,
                        crowd());
                goals.add(Goal.atLeast("ring over direct, image, " + workload.name(), OF_DIRECT, ratio.median(), why));
            }
        }
    }

    private double nanosARequest(Workload workload, String engine) {
        return 1e9 / Results.median(results.rounds(Results.IMAGE, workload, engine), Figures::operationsPerSecond);
    }

    private void overRoundTrip() {
        List<Figures> ring = results.rounds(Results.IMAGE, Workload.SINGLE_READ, Engines.RING);
        List<Figures> direct = results.rounds(Results.IMAGE, Workload.SINGLE_READ, Engines.DIRECT);
        List<Figures> trip = results.rounds(Results.NO_DEVICE, Workload.SINGLE_READ, Engines.ROUND_TRIP);
        List<Double> over = new ArrayList<>();
        for (int round = 0; round < ring.size(); round++) {
            over.add(micros(ring, round) - micros(direct, round) - micros(trip, round));
        }
        overRoundTrip(Workload.SINGLE_READ, over);
    }

    /** An answer that comes before the guest is asleep tells nothing, so here the round trip has the read in it. */
    private void overSleepingRoundTrip() {
        List<Figures> ring = results.rounds(Results.IMAGE, Workload.SLEEPING_READ, Engines.RING);
        List<Figures> both = results.rounds(Results.IMAGE, Workload.SLEEPING_READ, Engines.ROUND_TRIP_AND_READ);
        List<Double> over = new ArrayList<>();
        for (int round = 0; round < ring.size(); round++) {
            over.add(micros(ring, round) - micros(both, round));
        }
        overRoundTrip(Workload.SLEEPING_READ, over);
    }

    private static double micros(List<Figures> rounds, int round) {
        return rounds.get(round).p50Nanos() / 1e3;
    }

    private void overRoundTrip(Workload workload, List<Double> over) {
        String why = String.format(
                Locale.ROOT,
                "from %.1f to %.1f in single rounds%s",
                Collections.min(over),
                Collections.max(over),
                crowd());
        goals.add(Goal.atMost(
                "microseconds over round trip plus direct read, image, " + workload.name(),
                OVER_ROUND_TRIP_MICROS,
                Results.median(over, Double::doubleValue),
                why));
    }

    private void againstPeers(List<Results.Ratio> ratios) {
        for (Results.Ratio ratio : ratios) {
            if (ratio.engine().equals(Engines.GATEWAY)) {
                String name = "gateway over " + ratio.against() + ", " + ratio.workload();
                boolean qemu = ratio.against().equals(Engines.QEMU_NBD);
                String why = "the gateway's requests go through three processes on " + host.cores()
                        + " processors, client, guest and driver; " + ratio.against() + "'s through two" + crowd();
                goals.add(Goal.atLeast(name, qemu ? AHEAD : LEVEL, ratio.median(), why));
            }
        }
    }

    private void idle(Map<String, Double> idle) {
        idle.forEach((who, micros) -> {
            boolean process = who.endsWith("process");
            goals.add(Goal.atMost(
                    "microseconds of CPU a second while idle, " + who,
                    process ? IDLE_PROCESS_MICROS : 0,
                    micros,
                    process ? "the JVM's own threads ran" : "a queue's thread woke up with nothing to do"));
        });
    }

    /** Said where others ran on this host, since a figure that involves two processors suffers twice. */
    private String crowd() {
        return host.loadAverage() < 1
                ? ""
                : String.format(
                        Locale.ROOT,
                        "; the load average was %.1f on %d processors before the run",
                        host.loadAverage(),
                        host.cores());
    }
}
