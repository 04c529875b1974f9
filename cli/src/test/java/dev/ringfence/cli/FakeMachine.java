// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import dev.ringfence.hypervisor.control.ConnectionStatus;
import dev.ringfence.hypervisor.control.ControlException;
import dev.ringfence.hypervisor.control.ControlServer;
import dev.ringfence.hypervisor.control.DomainStatus;
import dev.ringfence.hypervisor.control.KillMethod;
import dev.ringfence.hypervisor.control.MachineControl;
import dev.ringfence.hypervisor.control.MachineEvent;
import dev.ringfence.hypervisor.control.MachineOptions;
import dev.ringfence.hypervisor.control.MachineStatus;
import dev.ringfence.hypervisor.control.RecoveryStatus;
import dev.ringfence.hypervisor.control.RestartRequest;
import dev.ringfence.hypervisor.control.RunningMachine;
import dev.ringfence.hypervisor.control.StageStatus;
import dev.ringfence.hypervisor.control.UsageStatus;
import dev.ringfence.store.StoreServer;
import dev.ringfence.store.XenStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A machine of nothing but its two sockets, which tells what it is told as events. */
final class FakeMachine implements MachineControl, RunningMachine {
    static final String BROKEN = "broken";
    /** Goes down by {@link #goDown} only. */
    static final String STUBBORN = "stubborn";

    private static final RecoveryStatus RECOVERY = new RecoveryStatus(
            2, 7, 104_000, List.of(new StageStatus("outage", 2, 104_000, 210_000, 220_000, 230_000, 334_000)));
    private static final UsageStatus USAGE = new UsageStatus(
            1_200_000, 300_000, 40, 2, 1, 5L << 30, 3L << 20, 4_500_000_000L, 0, 3, 1_234_000, 104_000, 17);

    private final MachineOptions options;
    private final ControlServer control;
    private final StoreServer store;
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();
    private final AtomicBoolean down = new AtomicBoolean();
    private final List<MachineEvent> events = new CopyOnWriteArrayList<>();
    private final List<Consumer<MachineEvent>> listeners = new CopyOnWriteArrayList<>();

    FakeMachine(MachineOptions options) {
        if (name(options).equals(BROKEN)) {
            throw new ControlException(500, "driver domain disk did not start");
        }
        this.options = options;
        try {
            store = StoreServer.open(new XenStore(), options.directory().storeSocket());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        control = ControlServer.start(options.directory().controlSocket(), this);
    }

    private static String name(MachineOptions options) {
        return options.directory().machine();
    }

    void happen(String kind, String domain, String message, Map<String, Object> detail) {
        MachineEvent event = new MachineEvent(Instant.parse("2026-01-02T03:04:05.678Z"), kind, domain, message, detail);
        events.add(event);
        listeners.forEach(listener -> listener.accept(event));
    }

    boolean listens() {
        return !listeners.isEmpty();
    }

    @Override
    public MachineControl control() {
        return this;
    }

    @Override
    public int awaitExit() {
        return exit.join();
    }

    @Override
    public MachineStatus status() {
        return new MachineStatus(
                name(options),
                ProcessHandle.current().pid(),
                options.directory().path().toString(),
                3_723_000,
                List.of(
                        new DomainStatus(
                                "disk",
                                1,
                                "driver",
                                "running",
                                4250,
                                3,
                                List.of(4251L),
                                50 << 20,
                                730,
                                "bubblewrap",
                                "",
                                61,
                                RECOVERY),
                        new DomainStatus(
                                "web",
                                2,
                                "guest",
                                "restarting",
                                0,
                                1,
                                List.of(),
                                0,
                                12_340,
                                "none",
                                "",
                                0,
                                RecoveryStatus.NONE)),
                List.of(
                        new ConnectionStatus("web", "xvda", "disk/vol0", "Connected", 2, "w", 1L << 40, USAGE),
                        new ConnectionStatus(
                                "web", "xvdb", "disk/golden", "Connected", 1, "r", 1536, UsageStatus.NONE)));
    }

    @Override
    public void kill(String domain, KillMethod how) {
        if (!domain.equals("disk")) {
            throw new ControlException(404, "no such domain: " + domain);
        }
        happen("kill", domain, how.word(), Map.of());
    }

    @Override
    public void restart(String domain, RestartRequest request) {
        happen("restart", domain, request.upgrade() + " " + request.classPath(), Map.of());
    }

    @Override
    public void attach(String guest, String device) {
        happen("attached", guest, device, Map.of());
    }

    @Override
    public void detach(String guest, String device) {
        happen("detached", guest, device, Map.of());
    }

    @Override
    public void shutdown() {
        if (!down.get()) {
            happen("stopping", "", name(options), Map.of());
        }
        if (!name(options).equals(STUBBORN)) {
            new Thread(this::goDown, "shutdown").start();
        }
    }

    void goDown() {
        if (!down.compareAndSet(false, true)) {
            return;
        }
        try {
            control.close();
            store.close();
            exit.complete(0);
        } catch (IOException e) {
            exit.completeExceptionally(e);
        }
    }

    @Override
    public List<MachineEvent> recentEvents() {
        return List.copyOf(events);
    }

    @Override
    public Subscription subscribe(Consumer<MachineEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}
