// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import dev.ringfence.benchmark.Steps;
import dev.ringfence.hypervisor.control.KillMethod;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** The kills of one machine at one depth: each way of dying and each floor in turn, a few at a time. */
final class OutageRun {
    /** At most so many series to compare with: the floors, and no kill at all. */
    static final int COMPARED = 3;

    private static final int BLOCK = 5;
    /** A kill that finds nothing started does not count; so many in a row and this way never will. */
    private static final int VAIN_MAX = 200;

    private static final long WARM_UP_MILLIS = 1_500;

    private final RecoveryMachine machine;
    private final Map<String, Floor> floors;
    private final int depth;
    private final Random random;
    private final KillRun run;
    private final Map<KillMethod, Tally> tallies = new LinkedHashMap<>();
    private final Map<String, List<Long>> floorNanos = new LinkedHashMap<>();
    private final List<String> skipped = new ArrayList<>();

    /** What one way of dying has come to so far. */
    private static final class Tally {
        final List<Crash> crashes = new ArrayList<>();
        int notCounted;
        int vain;
        boolean over;
    }

    OutageRun(RecoveryMachine machine, Map<String, Floor> floors, int depth, Random random, boolean steady) {
        this.machine = machine;
        this.floors = floors;
        this.depth = depth;
        this.random = random;
        this.run = new KillRun(machine, random, steady);
    }

    /** How many turns it takes to kill so often. */
    static int blocks(int kills) {
        return (kills + BLOCK - 1) / BLOCK;
    }

    void measure(RecoverySettings.Outages settings, Steps steps) throws InterruptedException {
        settings.ways().forEach(way -> tallies.put(way, new Tally()));
        floorNanos.put(FloorSeries.QUIET, new ArrayList<>());
        floors.keySet().forEach(floor -> floorNanos.put(floor, new ArrayList<>()));
        machine.load(depth);
        Thread.sleep(WARM_UP_MILLIS);
        machine.pause();
        for (int done = 0; done < settings.kills(); done += BLOCK) {
            int until = Math.min(done + BLOCK, settings.kills());
            String what = machine.memory().queues()
                    + (machine.memory().queues() == 1 ? " queue, depth " : " queues, depth ") + depth + ": ";
            machine.load(depth);
            for (Map.Entry<KillMethod, Tally> way : tallies.entrySet()) {
                steps.next(what + way.getKey().word());
                kill(way.getKey(), way.getValue(), until);
            }
            machine.awaitStandby();
            steps.next(what + FloorSeries.QUIET);
            for (int i = done; i < until; i++) {
                floorNanos.get(FloorSeries.QUIET).add(run.quiet());
            }
            machine.pause();
            for (String floor : floors.keySet()) {
                steps.next(what + floor);
                measureFloor(floor, until - done);
            }
        }
    }

    private void kill(KillMethod way, Tally tally, int until) throws InterruptedException {
        while (!tally.over && tally.crashes.size() < until) {
            Optional<Crash> crash = run.kill(way);
            if (crash.isEmpty()) {
                tally.over = true;
                skip(way, "nobody killed the driver that hung");
            } else if (crash.get().replayedStarted() > 0) {
                tally.crashes.add(crash.get());
                tally.vain = 0;
            } else {
                tally.notCounted++;
                if (++tally.vain == VAIN_MAX) {
                    tally.over = true;
                    skip(way, VAIN_MAX + " kills in a row found no request started");
                }
            }
        }
    }

    private void skip(KillMethod way, String why) {
        skipped.add(way.word() + " with " + machine.memory().queues() + " queues at depth " + depth + ": " + why);
    }

    private void measureFloor(String name, int count) throws InterruptedException {
        Floor floor = floors.get(name);
        floor.begin();
        for (int i = 0; i < count; i++) {
            floorNanos.get(name).add(floor.measure(random));
        }
        floor.end();
    }

    List<OutageSeries> series() {
        List<OutageSeries> series = new ArrayList<>();
        tallies.forEach((way, tally) ->
                series.add(OutageSeries.of(way, machine.memory().queues(), depth, tally.crashes, tally.notCounted)));
        return series;
    }

    List<FloorSeries> floors() {
        List<FloorSeries> series = new ArrayList<>();
        floorNanos.forEach((floor, nanos) ->
                series.add(FloorSeries.of(floor, machine.memory().queues(), depth, nanos)));
        return series;
    }

    List<String> skipped() {
        return skipped;
    }
}
