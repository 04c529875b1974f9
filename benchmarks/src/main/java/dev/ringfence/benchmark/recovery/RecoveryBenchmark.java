// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import dev.ringfence.benchmark.BenchmarkException;
import dev.ringfence.benchmark.Host;
import dev.ringfence.benchmark.Progress;
import dev.ringfence.benchmark.Resources;
import dev.ringfence.benchmark.Steps;
import dev.ringfence.benchmark.ThroughputPlot;
import dev.ringfence.benchmark.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * What a guest feels of its driver's death, for every way to die, beside the floors it can't be below; all in one run and
 * interleaved, since a shared host's speed changes by the minute.
 */
public final class RecoveryBenchmark {
    private final RecoverySettings settings;
    private final Steps steps;
    private final Findings findings = new Findings();
    private final Map<String, String> tools = new LinkedHashMap<>();

    public RecoveryBenchmark(RecoverySettings settings, Progress progress) {
        this.settings = settings;
        this.steps = new Steps(progress, stepCount(settings));
    }

    private static int stepCount(RecoverySettings settings) {
        RecoverySettings.Outages outages = settings.outages();
        int blocks = OutageRun.blocks(outages.kills())
                * outages.depths().size()
                * outages.queues().size();
        int rounds = settings.throughput().rounds();
        int throughput = rounds == 0 ? 0 : rounds * ThroughputRun.RATES.size() + rounds + SupervisionRun.PAIRS;
        return 1 + blocks * (outages.ways().size() + OutageRun.COMPARED) + throughput + settings.soak();
    }

    /** @throws BenchmarkException when it can't be carried out; nothing is left running then */
    public RecoveryReport run() {
        steps.next("starting the machine");
        try {
            Tools.version(MutexFloor.COMPILER).ifPresent(version -> tools.put(MutexFloor.COMPILER, version));
            Host host = Host.of(settings.directory(), tools);
            boolean first = true;
            for (int queues : settings.outages().queues()) {
                try (LoadMemory memory = LoadMemory.create(queues);
                        Resources resources = new Resources()) {
                    measure(resources, memory, first);
                }
                first = false;
            }
            plot(host);
            return findings.report(host, settings);
        } catch (IOException e) {
            throw new BenchmarkException("the testbed can't be set up: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchmarkException("interrupted", e);
        }
    }

    /** @param first machine of the run: throughput and soak are its part */
    private void measure(Resources resources, LoadMemory memory, boolean first)
            throws IOException, InterruptedException {
        int queues = memory.queues();
        Path home = resources.deleted(Files.createTempDirectory("ringfence-bench"));
        Path files = resources.deleted(Files.createTempDirectory(settings.directory(), "ringfence-bench"));
        Path image = RecoveryMachine.createImage(files.resolve("vol0.img"), queues);
        RecoveryMachine machine = RecoveryMachine.start(
                resources, home, image, memory, settings.outages().standbys());
        machine.awaitStandby();
        outages(machine, floors(resources, home, machine));
        int deepest = Collections.max(settings.outages().depths());
        if (first && settings.throughput().rounds() > 0) {
            ThroughputRun run = new ThroughputRun(
                    machine, random(queues, 0), settings.throughput().seconds());
            findings.addThroughput(run.measure(deepest, settings.throughput().rounds(), steps));
            findings.add(new StandbyRun(machine)
                    .measure(deepest, settings.throughput().rounds(), steps));
            findings.add(new SupervisionRun(machine, settings.throughput().seconds()).measure(deepest, steps));
        }
        if (first && settings.soak() > 0) {
            KillRun run =
                    new KillRun(machine, random(queues, 1), settings.outages().steady());
            findings.add(new SoakRun(machine, run, settings.outages().ways()).measure(settings.soak(), deepest, steps));
        }
        findings.add(Effects.of(memory));
    }

    private Map<String, Floor> floors(Resources resources, Path home, RecoveryMachine machine) throws IOException {
        Map<String, Floor> floors = new LinkedHashMap<>();
        if (!settings.outages().floors() || settings.outages().kills() == 0) {
            findings.skip("floors: not asked for");
            return floors;
        }
        int queues = machine.memory().queues();
        DriverCommand command = DriverCommand.ofProcess(machine.driver().pid());
        floors.put(FloorSeries.JVM, resources.closed(new LeaseFloor(home, queues, command)));
        if (tools.containsKey(MutexFloor.COMPILER)) {
            floors.put(FloorSeries.C, resources.closed(new MutexFloor(home, queues, command.scheduling())));
        } else {
            findings.skip(FloorSeries.C + ": no C compiler (" + MutexFloor.COMPILER + ") is installed");
        }
        return floors;
    }

    private void outages(RecoveryMachine machine, Map<String, Floor> floors) throws InterruptedException {
        RecoverySettings.Outages outages = settings.outages();
        if (outages.kills() == 0) {
            return;
        }
        for (int depth : outages.depths()) {
            Random random = random(machine.memory().queues(), depth);
            OutageRun run = new OutageRun(machine, floors, depth, random, outages.steady());
            run.measure(outages, steps);
            findings.add(run);
        }
    }

    private Random random(int queues, int depth) {
        return new Random(settings.seed() * 1_000 + queues * 100L + depth);
    }

    private void plot(Host host) throws IOException {
        Optional<Path> file = settings.plot();
        List<ThroughputPlot.Panel> last = new ArrayList<>();
        for (int rate : ThroughputRun.RATES) {
            findings.throughput().stream()
                    .filter(round -> round.killsPerSecond() == rate)
                    .reduce((earlier, later) -> later)
                    .ifPresent(round -> last.add(round.panel()));
        }
        if (file.isPresent() && !last.isEmpty()) {
            String what = "4 KiB reads and writes, " + host.cores() + " cores of " + host.cpu();
            String title = "Throughput of a guest whose driver is killed";
            Files.writeString(file.get(), new ThroughputPlot(title, what, "k", last).svg());
        }
    }
}
