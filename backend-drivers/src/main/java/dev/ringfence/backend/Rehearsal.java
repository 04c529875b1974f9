// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend;

import dev.ringfence.domain.ConnectionPages;
import dev.ringfence.domain.ConnectionSpec;
import dev.ringfence.domain.Lease;
import dev.ringfence.domain.QueueSpec;
import dev.ringfence.grant.RegionLayout;
import dev.ringfence.memory.Doorbell;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.ring.ControlRegion;
import dev.ringfence.ring.Journal;
import dev.ringfence.ring.Settlement;
import dev.ringfence.ring.SuccessionRegion;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/**
 * What a standby does before it is ready: takes over and serves, many times, on private memory, with the very classes,
 * threads and calls of a real takeover. An owner dies with its lease, the kernel hands that to a {@link QueueWorker}, which
 * settles, replays and serves. So what leads to the first answer of a real takeover is loaded, linked and compiled.
 *
 * <p>It ends when the compilers have nothing left to do: they would otherwise take a processor away from the guest whose
 * driver has just died.
 */
final class Rehearsal {
    private static final int DRIVER = 1;
    private static final int ROUNDS = 60;
    private static final int TURNS = 6;
    /** Before each such turn the guest is idle for so long that the driver goes to sleep. */
    private static final int SLEEPY_TURN = 6;

    private static final long SLEEP_NANOS = 150_000;
    private static final long LOOK_NANOS = 20_000;
    private static final int QUIET_CHECKS = 4;
    private static final long CHECK_NANOS = 10_000_000;
    private static final long BUDGET_NANOS = 8_000_000_000L;

    private final List<RehearsalScript> scripts;
    private final Reporter reporter = Reporter.silent();
    private final SharedMemory succession = SharedMemory.create("ringfence-rehearsal", SuccessionRegion.BYTES);
    private final ConnectionAssembly assembly =
            new ConnectionAssembly(DRIVER, DRIVER, (connection, queue) -> {}, reporter);

    Rehearsal(List<RehearsalScript> scripts) {
        this.scripts = List.copyOf(scripts);
    }

    void run() {
        long since = System.nanoTime();
        for (RehearsalScript script : scripts) {
            try (script) {
                for (int round = 0; round < ROUNDS && System.nanoTime() - since < BUDGET_NANOS; round++) {
                    round(script);
                }
            }
        }
        reporter.close();
        succession.close();
        awaitCompilers(since);
    }

    private static void awaitCompilers(long since) {
        CompilationMXBean compilers = ManagementFactory.getCompilationMXBean();
        if (compilers == null || !compilers.isCompilationTimeMonitoringSupported()) {
            return;
        }
        int quiet = 0;
        long last = compilers.getTotalCompilationTime();
        while (quiet < QUIET_CHECKS && System.nanoTime() - since < BUDGET_NANOS) {
            LockSupport.parkNanos(CHECK_NANOS);
            long now = compilers.getTotalCompilationTime();
            quiet = now == last ? quiet + 1 : 0;
            last = now;
        }
    }

    private void round(RehearsalScript script) {
        ConnectionSpec spec = new ConnectionSpec(
                0,
                0,
                "rehearsal",
                script.slots(),
                false,
                List.of(new QueueSpec(
                        Collections.nCopies(script.ringPages(), 0),
                        0,
                        script.receive().flips())),
                script.receive());
        ConnectionPages pages = new ConnectionPages(spec, new RegionLayout(script.frames()));
        try (SharedMemory region = SharedMemory.create(
                        "ringfence-rehearsal", pages.region().bytes());
                SharedMemory control = SharedMemory.create("ringfence-rehearsal", pages.controlBytes());
                Doorbell.Pair request = Doorbell.create();
                Doorbell.Pair answer = Doorbell.create()) {
            ControlRegion layout = new ControlRegion(control.window(), 1, script.slots());
            layout.initialise();
            int ring = script.begin(region.window(), DRIVER);
            pages.initialise(layout, DRIVER, List.of(ring));
            script.submit(0);
            Predecessor predecessor = new Predecessor(script, control, script.slots());
            predecessor.start();
            BackendConnection successor = assembly.assemble(
                    0,
                    spec,
                    List.of(ring),
                    script.device(),
                    Heirship.withoutLine(Caution.of(new SuccessionRegion(succession.window()), DRIVER)),
                    List.of(
                            region.descriptor().duplicate(),
                            control.descriptor().duplicate(),
                            request.listener().duplicate(),
                            answer.ringer().duplicate(),
                            request.ringer().duplicate()));
            play(
                    script,
                    predecessor,
                    successor,
                    new Doorbell.Ringer(request.ringer().duplicate()));
        }
    }

    private void play(
            RehearsalScript script, Predecessor predecessor, BackendConnection successor, Doorbell.Ringer ringer) {
        try (ringer) {
            RecoveryGate gate = new RecoveryGate();
            successor.start(gate);
            gate.open();
            successor.threads();
            predecessor.die();
            for (int turn = 0; turn < TURNS; turn++) {
                awaitAnswers(script);
                think(turn);
                script.submit(turn);
                ringer.ring();
            }
            awaitAnswers(script);
            successor.close();
            successor.end().join();
        }
    }

    /** So long that the driver sleeps, so long that it looks for work in vain for a while, or not at all. */
    private static void think(int turn) {
        if (turn % SLEEPY_TURN == 0) {
            LockSupport.parkNanos(SLEEP_NANOS);
        } else if (turn % 2 == 0) {
            long since = System.nanoTime();
            while (System.nanoTime() - since < LOOK_NANOS) {
                Thread.onSpinWait();
            }
        }
    }

    private static void awaitAnswers(RehearsalScript script) {
        // Not a spin: whoever answers may have to share our processor.
        while (!script.answered()) {
            Thread.yield();
        }
    }

    /** An owner that dies with its lease: a thread that ends is as dead to the kernel as one that is killed. */
    private static final class Predecessor {
        private final RehearsalScript script;
        private final ControlRegion control;
        private final CountDownLatch ready = new CountDownLatch(1);
        private final CountDownLatch end = new CountDownLatch(1);

        Predecessor(RehearsalScript script, SharedMemory control, int slots) {
            this.script = script;
            this.control = new ControlRegion(control.window(), 1, slots);
        }

        void start() {
            Thread thread = new Thread(this::own, "rehearsed owner");
            thread.setDaemon(true);
            thread.start();
            await(ready);
        }

        private void own() {
            Journal journal = new Journal(control.queue(0), control.slots());
            new Lease(control.queue(0), journal, 0, () -> {}).acquire();
            journal.settle(new Settlement(control.slots()));
            script.abandon(journal, control);
            ready.countDown();
            await(end);
        }

        void die() {
            end.countDown();
        }

        private static void await(CountDownLatch latch) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException("a rehearsal is never interrupted", e);
            }
        }
    }
}
