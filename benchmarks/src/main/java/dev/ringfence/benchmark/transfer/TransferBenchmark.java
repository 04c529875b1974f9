// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.transfer;

import dev.ringfence.benchmark.BenchmarkException;
import dev.ringfence.benchmark.Host;
import dev.ringfence.benchmark.NetworkHosts;
import dev.ringfence.benchmark.Progress;
import dev.ringfence.benchmark.Resources;
import dev.ringfence.benchmark.Steps;
import dev.ringfence.benchmark.ThroughputPlot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One long download, at full speed, while the driver between its two hosts is killed again and again. */
public final class TransferBenchmark {
    /** Longer than TCP waits before it sends a lost segment again, the first time. */
    private static final long SPAN_MILLIS = 300;

    private static final int LULL_MILLIS_MAX = 100;
    private static final long END_SECONDS = 60;
    private static final long BIN_POINTS = 5;

    private final TransferSettings settings;
    private final Steps steps;
    private final Random random;

    public TransferBenchmark(TransferSettings settings, Progress progress) {
        this.settings = settings;
        this.steps = new Steps(progress, 2 + settings.kills());
        this.random = new Random(settings.seed());
    }

    /** @throws BenchmarkException when it can't be carried out; nothing is left running then */
    public TransferReport run() {
        NetworkHosts.obstacle().ifPresent(why -> {
            throw new BenchmarkException(why);
        });
        steps.next("starting the machine");
        try (Resources resources = new Resources()) {
            Path home = resources.deleted(Files.createTempDirectory(settings.directory(), "ringfence-bench"));
            TransferMachine machine = TransferMachine.start(resources, home);
            TransferServer server = resources.closed(
                    TransferServer.start(machine.server(), TransferMachine.SERVER_ADDRESS, settings.seed()));
            TransferReport report = measure(machine, server);
            plot(report);
            return report;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchmarkException("interrupted", e);
        } catch (BenchmarkException e) {
            throw e;
        } catch (Exception e) {
            throw new BenchmarkException("the transfer did not come to its end: " + e, e);
        }
    }

    private TransferReport measure(TransferMachine machine, TransferServer server) throws Exception {
        Host host = Host.of(settings.directory(), Map.of());
        machine.awaitStandby();
        TcpCounters before = counters(machine);
        TransferClient client = TransferClient.start(
                machine.client(), "http://" + TransferMachine.SERVER_ADDRESS + ":" + server.port() + "/");
        Arrivals arrivals = client.arrivals();
        List<Stall> stalls = new ArrayList<>();
        for (int kill = 1; kill <= settings.kills(); kill++) {
            steps.next("killing the driver: " + kill + " of " + settings.kills());
            stalls.add(kill(machine, arrivals));
        }
        steps.next("the end of the transfer");
        TransferMachine.await("enough has been transferred", () -> arrivals.bytes() >= settings.leastBytes());
        server.enough();
        String received = end(client);
        TcpCounters tcp = counters(machine).since(before);
        boolean equal = received.equals(server.given().get(END_SECONDS, TimeUnit.SECONDS));
        long elapsedNanos = arrivals.lastNanos() - arrivals.beganNanos();
        return TransferReport.of(
                host, settings, stalls, tcp, arrivals.bytes(), elapsedNanos, equal, timeline(arrivals));
    }

    private static String end(TransferClient client) throws InterruptedException, TimeoutException {
        try {
            return client.received().get(END_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | CompletionException e) {
            throw new BenchmarkException("the connection broke: " + e.getCause(), e);
        }
    }

    private static TcpCounters counters(TransferMachine machine) throws Exception {
        return TcpCounters.of(machine.server()).plus(TcpCounters.of(machine.client()));
    }

    private Stall kill(TransferMachine machine, Arrivals arrivals) throws Exception {
        machine.awaitStandby();
        TimeUnit.MILLISECONDS.sleep(1 + random.nextInt(LULL_MILLIS_MAX));
        long quietNanos = longest(arrivals, System.nanoTime());
        TcpCounters before = counters(machine);
        long killedNanos = machine.kill();
        long nanos = longest(arrivals, killedNanos);
        TcpCounters tcp = counters(machine).since(before);
        long killedMillis = TimeUnit.NANOSECONDS.toMillis(killedNanos - arrivals.beganNanos());
        return new Stall(nanos, quietNanos, tcp.retransmitted(), tcp.timeouts(), killedMillis);
    }

    /** The longest silence from an instant on, once its span is over and whoever was silent then is not any more. */
    private static long longest(Arrivals arrivals, long fromNanos) throws InterruptedException {
        long toNanos = fromNanos + TimeUnit.MILLISECONDS.toNanos(SPAN_MILLIS);
        TimeUnit.NANOSECONDS.sleep(toNanos - System.nanoTime());
        TransferMachine.await("bytes arrive again", () -> arrivals.lastNanos() > toNanos);
        return arrivals.longestNanos(fromNanos, toNanos);
    }

    /** Megabytes a second, a point for several bins. */
    private static List<ThroughputPlot.Point> timeline(Arrivals arrivals) {
        List<Long> bins = arrivals.bins();
        List<ThroughputPlot.Point> points = new ArrayList<>();
        for (int bin = 0; bin + BIN_POINTS <= bins.size(); bin += (int) BIN_POINTS) {
            long bytes = bins.subList(bin, bin + (int) BIN_POINTS).stream()
                    .mapToLong(Long::longValue)
                    .sum();
            double spanNanos = BIN_POINTS * (double) Arrivals.BIN_NANOS;
            double atMillis = (bin + BIN_POINTS / 2.0) * Arrivals.BIN_NANOS / 1e6;
            points.add(new ThroughputPlot.Point(atMillis, bytes * 1e3 / spanNanos));
        }
        return points;
    }

    private void plot(TransferReport report) throws IOException {
        if (settings.plot().isPresent()) {
            String what = "HTTP between two network namespaces, "
                    + report.machine().cores() + " cores of " + report.machine().cpu();
            String title = ThroughputPlot.number(report.megabytesPerSecond()) + " MB/s over "
                    + report.stalls().size() + " kills";
            List<Long> kills = report.stalls().stream().map(Stall::killedMillis).toList();
            ThroughputPlot.Panel panel =
                    new ThroughputPlot.Panel(title, report.timeline(), kills, report.elapsedNanos() / 1e6);
            String svg = new ThroughputPlot("A download whose network driver is killed", what, " MB/s", List.of(panel))
                    .svg();
            Files.writeString(settings.plot().get(), svg);
        }
    }
}
