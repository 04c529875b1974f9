// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import dev.ringfence.hypervisor.control.ControlJson;
import dev.ringfence.hypervisor.control.MachineControl;
import dev.ringfence.hypervisor.control.MachineEvent;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Prints a machine's events on a thread of its own: a terminal may block, the machine must not. Events that a blocked
 * terminal leaves no room for are dropped and counted.
 */
final class EventPrinter implements AutoCloseable {
    private static final int WAITING_MAX = 1024;
    private static final long LAST_LINES_MILLIS_MAX = 1_000;

    private final PrintWriter out;
    private final boolean json;
    /** Ended by an empty one. */
    private final BlockingQueue<Optional<MachineEvent>> waiting = new LinkedBlockingQueue<>(WAITING_MAX);

    private final AtomicLong dropped = new AtomicLong();
    private final Thread thread = new Thread(this::print, "event-printer");
    private final MachineControl.Subscription subscription;

    EventPrinter(MachineControl machine, PrintWriter out, boolean json) {
        this.out = out;
        this.json = json;
        thread.setDaemon(true);
        subscription = machine.subscribe(event -> add(Optional.of(event)));
    }

    /** Prints from now on, beginning with what has happened since the constructor. */
    void start() {
        thread.start();
    }

    /** Prints what is left, unless the terminal is blocked. */
    @Override
    public void close() {
        subscription.close();
        add(Optional.empty());
        try {
            thread.join(LAST_LINES_MILLIS_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void add(Optional<MachineEvent> event) {
        if (!waiting.offer(event)) {
            dropped.incrementAndGet();
        }
    }

    private void print() {
        try {
            for (var event = waiting.take(); event.isPresent(); event = waiting.take()) {
                print(event.get());
                long missing = waiting.isEmpty() ? dropped.getAndSet(0) : 0;
                if (missing > 0) {
                    String message = missing + " events dropped: the terminal is too slow";
                    print(new MachineEvent(Instant.now(), "events-dropped", "", message, Map.of("dropped", missing)));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void print(MachineEvent event) {
        out.println(json ? ControlJson.write(event) : EventLine.of(event));
        out.flush();
    }
}
