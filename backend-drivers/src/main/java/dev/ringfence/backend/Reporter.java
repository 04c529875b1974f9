// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend;

import dev.ringfence.domain.Hypercalls;
import dev.ringfence.domain.Message;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Tells the hypervisor, on a thread of its own: sending may wait, and a worker that has just taken over has guests. */
final class Reporter implements ConnectionEvents {
    private final Hypervisor hypervisor;
    private final ThreadPoolExecutor thread;

    /** Who is told; may wait. */
    interface Hypervisor {
        void closed(int connection, String violation);

        void report(Message.Report report);
    }

    Reporter(Hypervisor hypervisor) {
        this.hypervisor = hypervisor;
        this.thread = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread created = new Thread(task, "reporter");
            created.setDaemon(true);
            return created;
        });
        thread.prestartAllCoreThreads();
    }

    /** By the domain's own hypercalls. */
    static Reporter to(Hypercalls hypercalls) {
        return new Reporter(new Hypervisor() {
            @Override
            public void closed(int connection, String violation) {
                hypercalls.closed(connection, violation);
            }

            @Override
            public void report(Message.Report report) {
                hypercalls.report(report);
            }
        });
    }

    /** To nobody. */
    static Reporter silent() {
        return new Reporter(new Hypervisor() {
            @Override
            public void closed(int connection, String violation) {}

            @Override
            public void report(Message.Report report) {}
        });
    }

    /** Ends the thread; what is still to be told is told. */
    void close() {
        thread.shutdown();
    }

    /**
     * Told before we return, and after everything else: the guest may connect again as soon as it sees us closed, and must not
     * find the old connection.
     */
    @Override
    public void closed(int connection, String violation) {
        CompletableFuture.runAsync(() -> hypervisor.closed(connection, violation), thread)
                .join();
    }

    @Override
    public void convicted(String device, Conviction conviction) {
        String what = device + ": " + conviction.operation();
        thread.execute(() -> hypervisor.report(new Message.Report("poison", what, conviction.toEvent())));
    }

    @Override
    public void takenOver(String connection, int incarnation, TakeoverFigures figures) {
        thread.execute(
                () -> hypervisor.report(new Message.Report("takeover", connection, figures.toEvent(incarnation))));
    }
}
