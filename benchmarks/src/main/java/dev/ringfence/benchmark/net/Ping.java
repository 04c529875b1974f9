// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.net;

import dev.ringfence.benchmark.BenchmarkException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;

/** Round trips, from inside to outside, one after the other with a pause in which everybody falls asleep. */
final class Ping {
    static final int COUNT = 100;
    static final int PAUSE_MILLIS = 10;

    private static final Pattern TIME = Pattern.compile("time=([0-9.]+) ms");
    private static final int END_SECONDS = 20;
    private static final double P99 = 0.99;

    private Ping() {}

    /** Microseconds at the median; at p99, and the share of lost ones, beside it. */
    static NetFigures measure(Namespaces hosts, Path home, String address) {
        try (Program ping = Program.start(
                home,
                "ping",
                Namespaces.on(
                        hosts.inside(),
                        "ping",
                        "-n",
                        "-c",
                        Integer.toString(COUNT),
                        "-i",
                        Double.toString(PAUSE_MILLIS / 1e3),
                        "-W",
                        "1",
                        address))) {
            return parse(ping.awaitEnd(END_SECONDS));
        }
    }

    static NetFigures parse(String output) {
        double[] micros = TIME.matcher(output)
                .results()
                .mapToDouble(match -> 1e3 * Double.parseDouble(match.group(1)))
                .toArray();
        if (micros.length == 0) {
            throw new BenchmarkException("no ping of " + COUNT + " was answered: " + output.strip());
        }
        return figures(micros, 100.0 * (COUNT - micros.length) / COUNT);
    }

    static NetFigures figures(double[] micros, double lostPercent) {
        double[] sorted = micros.clone();
        Arrays.sort(sorted);
        double median = sorted[sorted.length / 2];
        double p99 = sorted[(int) Math.ceil(P99 * sorted.length) - 1];
        return new NetFigures(median, Map.of("p99", p99, NetFigures.LOST_PERCENT, lostPercent));
    }

    /** Whether one is answered within a second. */
    static boolean answers(Namespaces hosts, Path home, String address) {
        try (Program ping = Program.start(
                home, "ping", Namespaces.on(hosts.inside(), "ping", "-n", "-c", "1", "-W", "1", address))) {
            return TIME.matcher(ping.awaitEnd(END_SECONDS)).find();
        }
    }
}
