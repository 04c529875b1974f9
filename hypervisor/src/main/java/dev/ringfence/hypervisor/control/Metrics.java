// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.control;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Quantile;
import io.prometheus.metrics.model.snapshots.Quantiles;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A machine's status as Prometheus reads it: the same figures as {@link MachineStatus}, at the moment of the scrape, so that
 * nothing is registered and nothing lingers when a guest is gone. Units are Prometheus's: seconds and bytes.
 */
final class Metrics {
    private static final double NANOS_A_SECOND = 1e9;

    private final MachineStatus status;
    private final List<MetricSnapshot> metrics = new ArrayList<>();

    private Metrics(MachineStatus status) {
        this.status = status;
    }

    /** In the text format, version 0.0.4. */
    static TextPage of(MachineStatus status) {
        PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            writer.write(text, new Metrics(status).snapshots());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return new TextPage(writer.getContentType(), text.toString(StandardCharsets.UTF_8));
    }

    private MetricSnapshots snapshots() {
        GaugeSnapshot.Builder uptime = GaugeSnapshot.builder().name("ringfence_uptime_seconds");
        uptime.help("How long the machine has been up.");
        uptime.dataPoint(GaugeDataPointSnapshot.builder()
                .labels(Labels.of("machine", status.machine()))
                .value(status.uptimeMillis() / 1e3)
                .build());
        metrics.add(uptime.build());
        domains();
        recoveries();
        connections();
        return new MetricSnapshots(metrics);
    }

    private void domains() {
        domainGauge("up", "Whether a process of the domain runs (1) or not (0).", domain -> domain.pid() == 0 ? 0 : 1);
        domainGauge("incarnation", "Lives of the domain so far.", DomainStatus::incarnation);
        domainGauge(
                "standbys_ready",
                "Warm standbys that wait for the leases.",
                domain -> domain.standbys().size());
        domainGauge("resident_memory_bytes", "Memory of the present process.", DomainStatus::residentBytes);
        domainGauge("open_descriptors", "Descriptors open in the present process.", DomainStatus::descriptors);
        domainGauge(
                "process_cpu_seconds", "Processor time of the present process.", domain -> domain.cpuMillis() / 1e3);
    }

    private void domainGauge(String name, String help, ToDoubleFunction<DomainStatus> figure) {
        GaugeSnapshot.Builder gauge =
                GaugeSnapshot.builder().name("ringfence_domain_" + name).help(help);
        for (DomainStatus domain : status.domains()) {
            gauge.dataPoint(GaugeDataPointSnapshot.builder()
                    .labels(labels(domain))
                    .value(figure.applyAsDouble(domain))
                    .build());
        }
        metrics.add(gauge.build());
    }

    private static Labels labels(DomainStatus domain) {
        return Labels.of("domain", domain.name(), "kind", domain.kind());
    }

    private void recoveries() {
        driverCounter(
                "takeovers",
                "Takeovers of the domain.",
                domain -> domain.recovery().takeovers());
        driverCounter(
                "replayed_requests",
                "Requests done again.",
                domain -> domain.recovery().replayed());
        SummarySnapshot.Builder stages = SummarySnapshot.builder().name("ringfence_recovery_stage_seconds");
        stages.help("How long each stage of a takeover took in its slowest queue; outage: all of them.");
        for (DomainStatus domain : status.domains()) {
            domain.recovery().stages().forEach(stage -> stages.dataPoint(summary(domain, stage)));
        }
        metrics.add(stages.build());
    }

    private static SummaryDataPointSnapshot summary(DomainStatus domain, StageStatus stage) {
        return SummaryDataPointSnapshot.builder()
                .labels(Labels.of("domain", domain.name(), "stage", stage.stage()))
                .count(stage.count())
                .sum(stage.sumNanos() / NANOS_A_SECOND)
                .quantiles(stage.count() == 0 ? Quantiles.EMPTY : quantiles(stage))
                .build();
    }

    private static Quantiles quantiles(StageStatus stage) {
        return Quantiles.of(
                new Quantile(0.5, stage.p50Nanos() / NANOS_A_SECOND),
                new Quantile(0.99, stage.p99Nanos() / NANOS_A_SECOND),
                new Quantile(0.999, stage.p999Nanos() / NANOS_A_SECOND),
                new Quantile(1, stage.maxNanos() / NANOS_A_SECOND));
    }

    private void driverCounter(String name, String help, ToDoubleFunction<DomainStatus> figure) {
        CounterSnapshot.Builder counter =
                CounterSnapshot.builder().name("ringfence_domain_" + name).help(help);
        status.domains().stream()
                .filter(domain -> domain.kind().equals("driver"))
                .forEach(domain ->
                        counter.dataPoint(point(Labels.of("domain", domain.name()), figure.applyAsDouble(domain))));
        metrics.add(counter.build());
    }

    private void connections() {
        CounterSnapshot.Builder operations = CounterSnapshot.builder().name("ringfence_connection_operations");
        operations.help("Requests answered.");
        CounterSnapshot.Builder bytes = CounterSnapshot.builder().name("ringfence_connection_bytes");
        bytes.help("Bytes moved.");
        for (ConnectionStatus connection : status.connections()) {
            Labels labels = labels(connection);
            UsageStatus usage = connection.usage();
            operations.dataPoint(point(labels.add("operation", "read"), (double) usage.reads()));
            operations.dataPoint(point(labels.add("operation", "write"), (double) usage.writes()));
            operations.dataPoint(point(labels.add("operation", "flush"), (double) usage.flushes()));
            operations.dataPoint(point(labels.add("operation", "discard"), (double) usage.discards()));
            bytes.dataPoint(point(labels.add("operation", "read"), (double) usage.bytesRead()));
            bytes.dataPoint(point(labels.add("operation", "write"), (double) usage.bytesWritten()));
        }
        metrics.add(operations.build());
        metrics.add(bytes.build());
        connectionCounter("errors", "Requests answered with an error.", UsageStatus::errors);
        connectionCounter("cpu_seconds", "Processor time spent on it.", usage -> usage.cpuNanos() / NANOS_A_SECOND);
        connectionCounter("outages", "Times its driver was replaced under it.", UsageStatus::outages);
        connectionCounter("stalled_seconds", "Its outages together.", usage -> usage.stalledNanos() / NANOS_A_SECOND);
        connectionCounter(
                "throttled_seconds", "Time its limit held it back.", usage -> usage.throttledNanos() / NANOS_A_SECOND);
        GaugeSnapshot.Builder inFlight = GaugeSnapshot.builder().name("ringfence_connection_in_flight_requests");
        inFlight.help("Requests asked for and not answered.");
        status.connections()
                .forEach(connection -> inFlight.dataPoint(GaugeDataPointSnapshot.builder()
                        .labels(labels(connection))
                        .value(connection.usage().inFlight())
                        .build()));
        metrics.add(inFlight.build());
    }

    private void connectionCounter(String name, String help, ToDoubleFunction<UsageStatus> figure) {
        CounterSnapshot.Builder counter =
                CounterSnapshot.builder().name("ringfence_connection_" + name).help(help);
        status.connections()
                .forEach(connection ->
                        counter.dataPoint(point(labels(connection), figure.applyAsDouble(connection.usage()))));
        metrics.add(counter.build());
    }

    private static Labels labels(ConnectionStatus connection) {
        return Labels.of("guest", connection.guest(), "device", connection.as(), "disk", connection.backend());
    }

    private static CounterDataPointSnapshot point(Labels labels, double value) {
        // A counter of a driver that lies may be anything, and a negative one would end the whole scrape.
        return CounterDataPointSnapshot.builder()
                .labels(labels)
                .value(Math.max(0, value))
                .build();
    }
}
