// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The speed of the whole path of a block request, guest and driver in processes of their own, beside what it can be
 * compared with. All in one run and interleaved: a shared host's speed changes by the minute, ratios of neighbours don't.
 */
public final class BlockBenchmark {
    private static final long SEED = 42;
    private static final double IDLE_SECONDS_MAX = 2;
    private static final int SETTLE_MILLIS = 200;
    private static final String[] DEVICES = {Results.IMAGE, Results.MEMORY};

    private final Settings settings;
    private final Progress progress;
    private final Results results = new Results();
    private final Map<String, Double> allocated = new LinkedHashMap<>();
    private final Map<String, Double> idle = new LinkedHashMap<>();

    public BlockBenchmark(Settings settings, Progress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    private record Step(String device, Workload workload, String engine) {
        @Override
        public String toString() {
            return workload.name() + ", " + engine + (device.equals(Results.NO_DEVICE) ? "" : " on " + device);
        }
    }

    /** @throws BenchmarkException when it can't be carried out; nothing is left running then */
    public BlockReport run() {
        progress.at(0, 1, "starting the machine and its peers");
        try (Testbed testbed = Testbed.open(settings)) {
            Host host = Host.of(settings.directory(), testbed.tools());
            fillMemory(testbed);
            List<List<Step>> groups = groups(testbed);
            int total = groups.stream().mapToInt(List::size).sum() * (settings.rounds() + 1);
            int done = 0;
            for (int round = 0; round <= settings.rounds(); round++) {
                String name = round == 0 ? "warming up" : "round " + round + " of " + settings.rounds();
                for (List<Step> group : groups) {
                    // Nobody is always the first, or always after the same neighbour.
                    Collections.rotate(group, 1);
                    for (Step step : group) {
                        progress.at(done++, total, name + ": " + step);
                        measure(testbed, step, round);
                    }
                }
            }
            progress.at(total, total, "allocations and idle connections");
            measureAllocations(testbed);
            measureIdle(testbed);
            return report(testbed, host);
        } catch (IOException e) {
            throw new BenchmarkException("this host can't be described: " + e, e);
        }
    }

    /** What is measured in a row, for one workload: what is compared stands together. */
    private List<List<Step>> groups(Testbed testbed) {
        List<List<Step>> groups = new ArrayList<>();
        for (Workload workload : Workload.ALL) {
            for (String device : DEVICES) {
                List<Step> group = new ArrayList<>();
                group.add(new Step(device, workload, Engines.RING));
                group.add(new Step(device, workload, Engines.DIRECT));
                if (device.equals(Results.IMAGE)) {
                    group.add(new Step(device, workload, Engines.RING_TAGS));
                }
                if (workload.equals(Workload.SINGLE_READ) && device.equals(Results.IMAGE)) {
                    group.add(new Step(Results.NO_DEVICE, workload, Engines.ROUND_TRIP));
                    group.add(new Step(device, Workload.SLEEPING_READ, Engines.ROUND_TRIP_AND_READ));
                    group.add(new Step(device, Workload.SLEEPING_READ, Engines.RING));
                }
                groups.add(group);
            }
            List<Step> nbd = new ArrayList<>();
            testbed.nbdEngines().forEach(engine -> nbd.add(new Step(Results.IMAGE, workload, engine)));
            groups.add(nbd);
        }
        return groups;
    }

    private void measure(Testbed testbed, Step step, int round) {
        Figures figures =
                testbed.measure(step.device(), step.workload(), step.engine(), settings.nanos(), SEED + round);
        if (round > 0) {
            results.add(step.device(), step.workload(), step.engine(), figures);
        }
    }

    /** Touches every page of the memory devices: the first touch costs a page fault. */
    private void fillMemory(Testbed testbed) {
        Workload write = Workload.sequential(true);
        for (String engine : List.of(Engines.RING, Engines.DIRECT)) {
            long written = 0;
            for (long nanos = settings.nanos(); written < settings.sizeBytes(); nanos *= 2) {
                written = write.blockBytes()
                        * testbed.measure(Results.MEMORY, write, engine, nanos, SEED)
                                .operations();
            }
        }
    }

    private void measureAllocations(Testbed testbed) {
        Order order = new Order(LoadProgram.PROBE_DISK, Workload.DEEP_READ, settings.nanos(), SEED);
        testbed.ring(order);
        Figures driver = testbed.ring(order);
        allocated.put("driver", (double) driver.allocatedBytes() / driver.operations());
        long bytes = 0;
        long operations = 0;
        for (Results.Series series : results.series()) {
            if (series.engine().equals(Engines.RING)) {
                bytes += series.rounds().stream()
                        .mapToLong(Figures::allocatedBytes)
                        .sum();
                operations +=
                        series.rounds().stream().mapToLong(Figures::operations).sum();
            }
        }
        allocated.put("guest", (double) bytes / operations);
    }

    private void measureIdle(Testbed testbed) {
        long driver = testbed.machine().pid(BenchMachine.DRIVER);
        long guest = testbed.machine().pid(BenchMachine.NBD_GUEST);
        sleep(SETTLE_MILLIS);
        long start = System.nanoTime();
        ThreadTimes driverBefore = ThreadTimes.of(driver);
        ThreadTimes guestBefore = ThreadTimes.of(guest);
        sleep((long) (1000 * Math.min(IDLE_SECONDS_MAX, 8 * settings.seconds())));
        ThreadTimes driverAfter = ThreadTimes.of(driver);
        ThreadTimes guestAfter = ThreadTimes.of(guest);
        double seconds = (System.nanoTime() - start) / 1e9;
        long queues = driverAfter.since(driverBefore, name -> name.startsWith("queue "));
        idle.put("driver queues", queues / 1e3 / seconds);
        idle.put("driver process", driverAfter.since(driverBefore, name -> true) / 1e3 / seconds);
        idle.put("guest process", guestAfter.since(guestBefore, name -> true) / 1e3 / seconds);
    }

    private static void sleep(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchmarkException("interrupted", e);
        }
    }

    private BlockReport report(Testbed testbed, Host host) {
        List<Results.Ratio> ratios = new ArrayList<>();
        for (Workload workload : Workload.ALL) {
            for (String device : DEVICES) {
                results.ratio(device, workload, Engines.RING, Engines.DIRECT).ifPresent(ratios::add);
            }
            results.ratio(Results.IMAGE, workload, Engines.RING_TAGS, Engines.RING)
                    .ifPresent(ratios::add);
            for (String peer : List.of(Engines.NBDKIT, Engines.QEMU_NBD)) {
                results.ratio(Results.IMAGE, workload, Engines.GATEWAY, peer).ifPresent(ratios::add);
            }
        }
        Map<String, Object> chosen = Map.of(
                "rounds", settings.rounds(),
                "secondsPerMeasurement", settings.seconds(),
                "sizeBytes", settings.sizeBytes(),
                "directory", settings.directory().toString(),
                "seed", SEED);
        return new BlockReport(
                "block",
                host,
                chosen,
                results.series(),
                ratios,
                allocated,
                idle,
                testbed.skipped(),
                new BlockGoals(results, host).evaluate(ratios, allocated, idle));
    }
}
