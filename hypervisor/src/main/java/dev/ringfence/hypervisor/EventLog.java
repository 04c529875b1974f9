// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.hypervisor.control.MachineControl;
import dev.ringfence.hypervisor.control.MachineEvent;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The machine's events: the last ones kept, all of them told to whoever listens. Any thread. */
final class EventLog {
    private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);
    private static final int KEPT = 1_000;

    private final Deque<MachineEvent> recent = new ArrayDeque<>();
    private final List<Consumer<MachineEvent>> listeners = new CopyOnWriteArrayList<>();

    void add(String kind, String domain, String message, Map<String, Object> detail) {
        MachineEvent event = new MachineEvent(Instant.now(), kind, domain, message, detail);
        LOG.info("{} {}: {} {}", kind, domain, message, detail);
        synchronized (recent) {
            if (recent.size() == KEPT) {
                recent.removeFirst();
            }
            recent.addLast(event);
        }
        listeners.forEach(listener -> listener.accept(event));
    }

    void add(String kind, String domain, String message) {
        add(kind, domain, message, Map.of());
    }

    List<MachineEvent> recent() {
        synchronized (recent) {
            return List.copyOf(recent);
        }
    }

    MachineControl.Subscription subscribe(Consumer<MachineEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}
