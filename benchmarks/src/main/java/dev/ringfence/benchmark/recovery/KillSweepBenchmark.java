// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import dev.ringfence.benchmark.BenchmarkException;
import dev.ringfence.benchmark.Host;
import dev.ringfence.benchmark.Progress;
import dev.ringfence.benchmark.Resources;
import dev.ringfence.benchmark.Steps;
import dev.ringfence.fault.report.KillSweep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What it costs a guest that its driver is killed every ten seconds, and so on down to every millisecond: {@code experiment run kill-sweep}. */
public final class KillSweepBenchmark {
    /** As campaigns are named. */
    public static final String NAME = "kill-sweep";

    public static final double SECONDS_MIN = 0.1;
    public static final double SECONDS_MAX = 600;

    private static final int DEPTH = 32;

    private final double seconds;
    private final String command;
    private final Steps steps;

    /**
     * @param seconds of each interval, and of the load without kills beside it
     * @param command for the report
     */
    public KillSweepBenchmark(double seconds, String command, Progress progress) {
        if (!(seconds >= SECONDS_MIN && seconds <= SECONDS_MAX)) {
            throw new IllegalArgumentException("seconds must be 0.1 to 600: seconds=" + seconds);
        }
        this.seconds = seconds;
        this.command = command;
        this.steps = new Steps(progress, 1 + KillSweepRun.INTERVALS_SECONDS.size());
    }

    /** @throws BenchmarkException when it can't be carried out; nothing is left running then */
    public KillSweep run() {
        steps.next("starting the machine");
        try (LoadMemory memory = LoadMemory.create(1);
                Resources resources = new Resources()) {
            Path home = resources.deleted(Files.createTempDirectory("ringfence-bench"));
            Host host = Host.of(home, Map.of());
            Path image = RecoveryMachine.createImage(home.resolve("vol0.img"), memory.queues());
            RecoveryMachine machine = RecoveryMachine.start(resources, home, image, memory, 1);
            machine.awaitStandby();
            List<KillSweep.Step> measured = new KillSweepRun(machine, seconds).measure(DEPTH, steps);
            Effects effects = Effects.of(memory);
            return KillSweep.of(
                    facts(host),
                    "4 KiB reads and writes in random order, half of each, " + DEPTH
                            + " at a time, of blocks that carry a tag;"
                            + " every answer is checked, and every block read back after each interval. One standby",
                    command,
                    measured,
                    new KillSweep.Effects(effects.operations(), effects.errors(), effects.wrong() - effects.errors()));
        } catch (IOException e) {
            throw new BenchmarkException("the testbed can't be set up: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchmarkException("interrupted", e);
        }
    }

    private static Map<String, String> facts(Host host) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("processors", host.cores() + ", " + host.cpu());
        facts.put("kernel", host.kernel());
        facts.put("java", host.jdk());
        facts.put("load average before", String.format(Locale.ROOT, "%.2f", host.loadAverage()));
        return facts;
    }
}
