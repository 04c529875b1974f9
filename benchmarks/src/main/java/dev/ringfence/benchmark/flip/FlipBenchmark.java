// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.flip;

import dev.ringfence.benchmark.BenchmarkException;
import dev.ringfence.benchmark.Host;
import dev.ringfence.benchmark.Progress;
import dev.ringfence.grant.RegionLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Every way with every size, alone and beside a neighbour, interleaved in rounds: a shared host's speed changes by the minute.
 * Driver and guest are two mappings of one memory in one process, so that a change of the driver's mappings interrupts the
 * neighbour as it would interrupt a driver's other queues.
 */
public final class FlipBenchmark {
    static final int MAX_BYTES = 2 << 20;
    /** Powers of two, and a full Ethernet frame. */
    static final List<Integer> SIZES = sizes();

    private static final int MIN_BYTES = 64;
    /** The first compiles; the second finds out how many transfers to time at once. */
    private static final int WARM_UPS = 2;

    static final int ETHERNET_BYTES = 1514;

    private final FlipSettings settings;
    private final Progress progress;
    private final List<Cell> cells = new ArrayList<>();

    private record Cell(Way way, int bytes, Condition condition, List<FlipSeries.Round> rounds) {
        int pages() {
            return (bytes + RegionLayout.PAGE_BYTES - 1) / RegionLayout.PAGE_BYTES;
        }
    }

    public FlipBenchmark(FlipSettings settings, Progress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    private static List<Integer> sizes() {
        List<Integer> sizes = new ArrayList<>();
        for (int bytes = MIN_BYTES; bytes <= MAX_BYTES; bytes *= 2) {
            sizes.add(bytes);
        }
        sizes.add(ETHERNET_BYTES);
        return sizes.stream().sorted().toList();
    }

    /** @throws BenchmarkException when it can't be carried out */
    public FlipReport run() {
        for (int bytes : SIZES) {
            for (Condition condition : Condition.values()) {
                for (Way way : Way.values()) {
                    cells.add(new Cell(way, bytes, condition, new ArrayList<>()));
                }
            }
        }
        try (FlipMemory memory = new FlipMemory();
                Neighbour neighbour = new Neighbour(memory)) {
            List<FlipSeries> series = measure(new Stopwatch(memory, neighbour));
            Host host = Host.of(Path.of("").toAbsolutePath(), Map.of());
            FlipReport report = report(host, series);
            if (settings.plot().isPresent()) {
                Files.writeString(settings.plot().get(), new FlipPlot(report).svg());
            }
            return report;
        } catch (IOException e) {
            throw new BenchmarkException("the report can't be written: " + e, e);
        }
    }

    private List<FlipSeries> measure(Stopwatch stopwatch) {
        int[] batches = new int[cells.size()];
        Arrays.fill(batches, 1);
        int total = WARM_UPS + settings.rounds();
        for (int round = 0; round < total; round++) {
            boolean warm = round >= WARM_UPS;
            String name = warm ? "round " + (round - WARM_UPS + 1) + " of " + settings.rounds() : "warming up";
            progress.at(round, total, name);
            for (int i = 0; i < cells.size(); i++) {
                Cell cell = cells.get(i);
                FlipSeries.Round measured = stopwatch.measure(
                        cell.way(), cell.condition(), cell.pages(), cell.bytes(), batches[i], settings.nanos());
                if (warm) {
                    cell.rounds().add(measured);
                } else {
                    batches[i] = stopwatch.batch(cell.way(), cell.condition(), cell.pages(), cell.bytes());
                }
            }
        }
        List<FlipSeries> series = new ArrayList<>();
        for (int i = 0; i < batches.length; i++) {
            Cell cell = cells.get(i);
            series.add(
                    FlipSeries.of(cell.way(), cell.bytes(), cell.pages(), cell.condition(), batches[i], cell.rounds()));
        }
        return series;
    }

    private FlipReport report(Host host, List<FlipSeries> series) {
        List<Crossover> crossovers = new ArrayList<>();
        for (Condition condition : Condition.values()) {
            for (Way way : List.of(Way.FLIP, Way.GUARDED, Way.MAP)) {
                crossovers.add(Crossover.of(series, way, condition));
            }
        }
        FlipGoals goals = new FlipGoals(series);
        return new FlipReport(
                "flip",
                host,
                Map.of("rounds", settings.rounds(), "seconds", settings.seconds()),
                series,
                crossovers,
                goals.quickest(),
                goals.evaluate());
    }
}
