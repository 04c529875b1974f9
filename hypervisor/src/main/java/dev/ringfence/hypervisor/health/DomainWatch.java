// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.health;

import dev.ringfence.hypervisor.machine.Limits;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * A driver domain under supervision. Others add what there is to watch, from any thread; the monitor drops by itself what is
 * gone.
 */
public final class DomainWatch {
    private static final long SECOND = 1_000_000_000;
    private static final long REPEAT_NANOS = 10 * SECOND;

    private static final int GRANTS_A_QUEUE = 512;

    private final Limits limits;
    private final int deviceFiles;
    private final ProcText text;
    private final Consumer<Finding> findings;
    private final List<ProcessWatch> processes = new CopyOnWriteArrayList<>();
    private final List<QueueWatch> queues = new CopyOnWriteArrayList<>();
    private final ReportDesk desk = new ReportDesk();
    private int proven;
    private long toldNanos = System.nanoTime() - REPEAT_NANOS;

    DomainWatch(Limits limits, int deviceFiles, ProcText text, Consumer<Finding> findings) {
        this.limits = limits;
        this.deviceFiles = deviceFiles;
        this.text = text;
        this.findings = findings;
    }

    /** A process that is ready, owner or standby. */
    public void add(WatchedProcess process) {
        processes.add(new ProcessWatch(process, text));
    }

    /** A queue of a new connection. */
    public void add(WatchedQueue queue) {
        queues.add(new QueueWatch(queue, this, limits.budgets()));
    }

    /** A guest complains about this driver. */
    public void report(ViolationReport report) {
        desk.file(report, System.nanoTime());
    }

    /** Looks at every queue once. */
    Urgency look(long passedNanos, boolean late) {
        Urgency urgency = Urgency.IDLE;
        for (QueueWatch queue : queues) {
            Finding finding = queue.read() ? queue.look(passedNanos, late) : null;
            if (finding != null) {
                act(queue, finding);
            }
            urgency = urgency.or(queue.suspected() ? Urgency.SUSPICIOUS : queue.busy() ? Urgency.BUSY : Urgency.IDLE);
        }
        return urgency;
    }

    private void act(QueueWatch queue, Finding found) {
        String message = queue.queue().name() + " " + found.message();
        act(queue.owner(), new Finding(found.kind(), message, found.figures()));
    }

    private void act(ProcessWatch process, Finding finding) {
        if (finding.kind().fatal()) {
            process.kill(finding);
            findings.accept(finding);
        } else if (System.nanoTime() - toldNanos >= REPEAT_NANOS) {
            toldNanos = System.nanoTime();
            findings.accept(finding);
        }
    }

    /** Looks at what the processes use, and forgets who is gone. */
    void sweep() {
        long sharedBytes =
                queues.stream().mapToLong(queue -> queue.queue().sharedBytes()).sum();
        Allowance allowance = Allowance.of(limits, queues.size(), deviceFiles, sharedBytes);
        for (ProcessWatch process : processes) {
            Finding finding = process.isOver() ? null : process.lookAtUsage(allowance);
            if (finding != null) {
                act(process, finding);
            }
        }
        queues.forEach(this::lookAtGrants);
        desk.take().forEach(this::check);
        forget();
    }

    /** Bits in a table that the guest can write too: they condemn a driver only where its guest would harm itself alone. */
    private void lookAtGrants(QueueWatch watch) {
        int limit = limits.budgets().grants().orElse(GRANTS_A_QUEUE * queues.size());
        int pinned = watch.isGone() ? 0 : watch.queue().pinnedGrants();
        if (pinned > limit && watch.owner() != null && !watch.owner().isOver()) {
            Finding.Kind kind = watch.onlyGuest() ? Finding.Kind.GREED : Finding.Kind.PINNED;
            String message = "has " + pinned + " grants pinned, may have " + limit;
            act(watch, new Finding(kind, message, Map.of("grants", pinned, "limit", limit)));
        }
    }

    private void check(ReportDesk.Filed filed) {
        ViolationReport report = filed.report();
        for (QueueWatch queue : queues) {
            if (queue.queue().name().equals(report.queue())) {
                ViolationReport.Verdict verdict = queue.queue().check(report);
                Map<String, Object> figures = new LinkedHashMap<>();
                figures.put("verdict", verdict.name().toLowerCase(Locale.ROOT));
                figures.put("responseIndex", Integer.toUnsignedString(report.index()));
                figures.put("id", Long.toHexString(report.id()));
                figures.put("operation", report.operation());
                figures.put("status", report.status());
                figures.put("droppedReports", filed.dropped());
                judge(queue, new Finding(Finding.Kind.REPORTED, report.queue() + " " + report.reason(), figures));
            }
        }
    }

    /** Each report is told; a proven one counts against the driver, if the machine file says so. */
    private void judge(QueueWatch queue, Finding reported) {
        findings.accept(reported);
        proven += reported.figures().get("verdict").equals("proven") ? 1 : 0;
        OptionalInt most = limits.budgets().violations();
        if (most.isPresent() && proven >= most.getAsInt() && queue.owner() != null) {
            proven = 0;
            act(queue.owner(), new Finding(Finding.Kind.VIOLATION, reported.message(), reported.figures()));
        }
    }

    private void forget() {
        queues.removeIf(QueueWatch::isGone);
        List<ProcessWatch> over =
                processes.stream().filter(ProcessWatch::isOver).toList();
        processes.removeAll(over);
        over.forEach(ProcessWatch::close);
    }

    /** The process journals call by this number; null when it is gone or unknown. */
    ProcessWatch process(int number) {
        for (ProcessWatch process : processes) {
            if (process.process().number() == number) {
                return process;
            }
        }
        return null;
    }

    boolean siblingAlive(QueueWatch queue) {
        for (QueueWatch other : queues) {
            if (other != queue && other.queue().device().equals(queue.queue().device()) && other.alive()) {
                return true;
            }
        }
        return false;
    }

    boolean onlyGuest(int guest) {
        for (QueueWatch other : queues) {
            if (other.queue().guest() != guest) {
                return false;
            }
        }
        return true;
    }
}
