// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.control;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/** A machine that notes what it is told to do, and does nothing. */
final class ScriptedMachine implements MachineControl {
    static final UsageStatus USAGE = new UsageStatus(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13);
    static final RecoveryStatus RECOVERY = new RecoveryStatus(
            2, 7, 104_000, List.of(new StageStatus("outage", 2, 104_000, 210_000, 220_000, 230_000, 334_000)));
    static final MachineStatus STATUS = new MachineStatus(
            "m",
            4242,
            "/run/ringfence/m",
            1500,
            List.of(new DomainStatus(
                    "disk", 1, "driver", "running", 4250, 3, List.of(4251L), 50 << 20, 730, "bwrap", "", 61, RECOVERY)),
            List.of(new ConnectionStatus("web", "xvda", "disk/vol0", "Connected", 2, "w", 1L << 40, USAGE)));

    final BlockingQueue<String> calls = new LinkedBlockingQueue<>();
    final List<Consumer<MachineEvent>> listeners = new CopyOnWriteArrayList<>();
    private final List<MachineEvent> recent = new ArrayList<>();
    volatile RuntimeException failure;

    static MachineEvent event(int number) {
        Instant time = Instant.ofEpochSecond(1_700_000_000L, number);
        return new MachineEvent(time, "takeover", "disk", "takeover " + number, Map.of("outageMicros", number));
    }

    /** In the order {@link MachineControl#recentEvents} promises. */
    void happen(MachineEvent event) {
        synchronized (recent) {
            recent.add(event);
        }
        listeners.forEach(listener -> listener.accept(event));
    }

    @Override
    public MachineStatus status() {
        if (failure != null) {
            throw failure;
        }
        return STATUS;
    }

    @Override
    public void kill(String domain, KillMethod how) {
        if (!domain.equals("disk")) {
            throw new ControlException(404, "there is no domain \"" + domain + "\"");
        }
        calls.add("kill " + domain + " " + how);
    }

    @Override
    public void restart(String domain, RestartRequest request) {
        calls.add("restart " + domain + " " + request.upgrade() + " " + request.classPath());
    }

    @Override
    public void attach(String guest, String device) {
        calls.add("attach " + guest + " " + device);
    }

    @Override
    public void detach(String guest, String device) {
        calls.add("detach " + guest + " " + device);
    }

    @Override
    public void shutdown() {
        calls.add("shutdown");
    }

    @Override
    public List<MachineEvent> recentEvents() {
        synchronized (recent) {
            return List.copyOf(recent);
        }
    }

    @Override
    public Subscription subscribe(Consumer<MachineEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}
