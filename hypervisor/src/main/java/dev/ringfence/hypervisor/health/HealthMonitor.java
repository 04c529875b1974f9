// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.health;

import dev.ringfence.hypervisor.machine.Limits;
import dev.ringfence.memory.Processes;
import dev.ringfence.memory.Scheduler;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that watches all driver domains of a machine: every two milliseconds while any has work outstanding, more often
 * while one is suspected, rarely while all are idle.
 *
 * <p>A look at a healthy queue costs a few loads; /proc is read only for one that has work and makes no progress. The period
 * is irregular, so that nobody can time what he shows. When the monitor itself was late, the time since its last look
 * counts for nothing, since it was not there to see it.
 */
public final class HealthMonitor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HealthMonitor.class);
    /** Of 1 to 99; workers have 1. */
    private static final int REAL_TIME = 2;

    private static final int LATE = 4;
    private static final long LATE_NANOS = 4_000_000;
    private static final long SWEEP_NANOS = 500_000_000;

    private final List<DomainWatch> domains = new CopyOnWriteArrayList<>();
    private final ProcText text = new ProcText();
    private final Thread thread = new Thread(this::run, "health");
    private Urgency urgency = Urgency.IDLE;
    private BooleanSupplier supervision = () -> true;
    private volatile boolean closed;

    /**
     * Begins to watch.
     *
     * @param supervision asked before each look, which is left out when it says no
     */
    public void start(BooleanSupplier supervision) {
        this.supervision = supervision;
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * A domain to be watched from now on.
     *
     * @param deviceFiles open files of its devices, of which each process has its own descriptors
     * @param findings told of what was found, after the process was killed for it; on the monitor's thread
     */
    public DomainWatch watch(Limits limits, int deviceFiles, Consumer<Finding> findings) {
        DomainWatch domain = new DomainWatch(limits, deviceFiles, text, findings);
        domains.add(domain);
        return domain;
    }

    private void run() {
        rise();
        long lastNanos = System.nanoTime();
        long sweptNanos = lastNanos;
        long plannedNanos = Urgency.IDLE.periodNanos();
        while (!closed) {
            LockSupport.parkNanos(plannedNanos);
            long now = System.nanoTime();
            long passed = now - lastNanos;
            lastNanos = now;
            if (!supervision.getAsBoolean()) {
                plannedNanos = Urgency.IDLE.periodNanos();
                continue;
            }
            lookAll(passed, passed > LATE * plannedNanos + LATE_NANOS);
            if (now - sweptNanos >= SWEEP_NANOS) {
                sweptNanos = now;
                domains.forEach(domain -> attempt(domain::sweep));
            }
            plannedNanos = irregular(urgency.periodNanos());
        }
    }

    /** Above the workers it watches: one that spins at real-time priority must not keep us from seeing it. */
    private static void rise() {
        boolean wanted = Boolean.parseBoolean(System.getProperty("ringfence.realTime", "true"));
        if (wanted && !Scheduler.realTime(Processes.threadId(), REAL_TIME)) {
            LOG.info("no right to real-time priority: hangs are found later when the machine is busy");
        }
    }

    private void lookAll(long passedNanos, boolean late) {
        urgency = Urgency.IDLE;
        for (DomainWatch domain : domains) {
            attempt(() -> urgency = urgency.or(domain.look(passedNanos, late)));
        }
    }

    /** A defect of the monitor must not end it: there would be nobody to notice. */
    private static void attempt(Runnable look) {
        try {
            look.run();
        } catch (RuntimeException e) {
            LOG.error("the health monitor could not look at a domain", e);
        }
    }

    private static long irregular(long periodNanos) {
        return periodNanos / 2 + ThreadLocalRandom.current().nextLong(periodNanos);
    }

    /** Ends the watch; returns when the thread touches nothing any more. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
