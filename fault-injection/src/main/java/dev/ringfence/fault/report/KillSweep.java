// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Throughput of a guest on a machine of real processes while its driver is killed at regular intervals, each beside the same load
 * with nobody killed, half of that before it and half after.
 *
 * @param machine what it was measured on, for who reads the figures
 * @param load what the guest did, in words
 * @param command that measured it
 * @param steps the longest interval first
 * @param effects what the guest found out about its requests in all of it
 */
public record KillSweep(
        Map<String, String> machine, String load, String command, List<Step> steps, Effects effects, List<Goal> goals) {
    static final double SECOND = 1;
    /** What the best that has published anything loses by a crash a second: RedLeaf's writes. */
    static final double LOSS_MAX = 0.16;

    /**
     * One interval.
     *
     * @param due kills that the interval asks for in that time
     * @param kills that found somebody who owned the leases, of which {@code warm} had a standby ready
     */
    public record Step(double intervalSeconds, Stretch alone, Stretch killed, long due, long kills, long warm) {
        /** The share of the throughput that the kills cost; below 0 where the noise is larger than that. */
        @JsonProperty(access = JsonProperty.Access.READ_ONLY)
        public double loss() {
            return 1 - killed.operationsPerSecond() / alone.operationsPerSecond();
        }
    }

    /**
     * The same load for some time.
     *
     * @param killedSeconds when kills fell, since the stretch began
     */
    public record Stretch(double seconds, long operations, List<Sample> timeline, List<Double> killedSeconds) {
        public Stretch {
            timeline = List.copyOf(timeline);
            killedSeconds = List.copyOf(killedSeconds);
        }

        @JsonProperty(access = JsonProperty.Access.READ_ONLY)
        public double operationsPerSecond() {
            return operations / seconds;
        }
    }

    /** @param atSeconds the middle of the sample, since the stretch began */
    public record Sample(double atSeconds, double operationsPerSecond) {}

    /**
     * @param errors requests that failed
     * @param wrong requests that were lost, done twice, or returned anything but what had been written last
     */
    public record Effects(long operations, long errors, long wrong) {}

    public KillSweep {
        steps = List.copyOf(steps);
        goals = List.copyOf(goals);
    }

    /** With its goals. */
    public static KillSweep of(
            Map<String, String> machine, String load, String command, List<Step> steps, Effects effects) {
        return new KillSweep(machine, load, command, steps, effects, goals(steps, effects));
    }

    private static List<Goal> goals(List<Step> steps, Effects effects) {
        Double loss = steps.stream()
                .filter(step -> step.intervalSeconds() == SECOND)
                .map(Step::loss)
                .findFirst()
                .orElse(null);
        return List.of(
                new Goal("requests that failed", "0", effects.errors(), effects.errors() == 0),
                new Goal("requests lost, doubled, stale or garbled", "0", effects.wrong(), effects.wrong() == 0),
                new Goal(
                        "throughput lost by a kill a second",
                        "<= " + LOSS_MAX,
                        loss,
                        loss == null ? null : loss <= LOSS_MAX));
    }

    /** No request failed, and nothing was lost. */
    public boolean isWhole() {
        return effects.errors() == 0 && effects.wrong() == 0;
    }

    /**
     * Writes {@code report.html} and {@code report.json}, over those that are there.
     *
     * @param directory made if it is missing
     */
    public void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        write(directory.resolve("report.json"), JsonReport.text(this));
        write(directory.resolve("report.html"), new KillSweepPage(this).html());
    }

    private static void write(Path file, String text) throws IOException {
        try (Writer writer =
                new BufferedWriter(new OutputStreamWriter(Files.newOutputStream(file), StandardCharsets.UTF_8))) {
            writer.write(text);
        }
    }
}
