// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.domain.DomainChannel;
import dev.ringfence.domain.Message;
import dev.ringfence.hypervisor.control.ControlException;
import dev.ringfence.hypervisor.keeper.Kept;
import dev.ringfence.hypervisor.machine.Backing;
import dev.ringfence.hypervisor.machine.GuestDeviceSpec;
import dev.ringfence.hypervisor.machine.GuestSpec;
import dev.ringfence.hypervisor.machine.ProgramSpec;
import dev.ringfence.memory.Descriptor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A guest domain: one process, the devices plugged into it. Its death is its own affair; everything of its is freed. */
final class Guest {
    private static final Logger LOG = LoggerFactory.getLogger(Guest.class);
    private static final int PATIENCE_MILLIS = 10_000;

    private final GuestSpec spec;
    private final int domid;
    private final DomainStarter starter;
    private final Toolstack toolstack;
    private final EventLog events;
    private final Complaints complaints;
    private final Map<Integer, GuestDevice> devices = new LinkedHashMap<>();
    private Optional<DomainProcess> process = Optional.empty();
    /** Done when nothing of the process is left; the store and the toolstack are needed until then. */
    private volatile CompletableFuture<Void> buried = CompletableFuture.completedFuture(null);

    private volatile String state = "starting";

    /** Where it says that the driver behind one of its devices broke the protocol. */
    interface Complaints {
        void file(GuestDevice device, Message.DriverViolation violation);

        /** Or that it returned wrong data: what is to be said to the guest comes later. */
        void file(GuestDevice device, Message.WrongData wrong, Consumer<Message> answer);
    }

    Guest(
            GuestSpec spec,
            int domid,
            DomainStarter starter,
            Toolstack toolstack,
            EventLog events,
            Complaints complaints) {
        this.spec = spec;
        this.domid = domid;
        this.starter = starter;
        this.toolstack = toolstack;
        this.events = events;
        this.complaints = complaints;
    }

    GuestSpec spec() {
        return spec;
    }

    int domid() {
        return domid;
    }

    String state() {
        return state;
    }

    synchronized long pid() {
        return process.map(DomainProcess::pid).orElse(0L);
    }

    synchronized Optional<DomainProcess> process() {
        return process;
    }

    /** Starts the process; devices may be plugged before and after. */
    void start(DomainStarter.Program program) {
        DomainProcess started = starter.start(program, this::received, false);
        watch(started);
        events.add("started", spec.name(), "pid " + started.pid());
    }

    /** Goes on with what an earlier hypervisor has started; its devices are plugged already. */
    void adopt(Optional<Kept> kept) {
        state = "stopped";
        kept.ifPresent(left -> watch(starter.adopt(left, this::received)));
    }

    private void watch(DomainProcess started) {
        synchronized (this) {
            process = Optional.of(started);
            state = "running";
        }
        CompletableFuture<Void> burial = new CompletableFuture<>();
        buried = burial;
        Threads.daemon(spec.name() + "-death", () -> {
            started.pidfd().awaitDeath(-1);
            try {
                died(started);
            } finally {
                burial.complete(null);
            }
        });
    }

    private void died(DomainProcess dead) {
        state = "stopped";
        if (!dead.isExpectedToEnd()) {
            events.add("died", spec.name(), "pid " + dead.pid());
        }
        for (GuestDevice device : devices()) {
            toolstack.forget(device);
            remove(device);
        }
        dead.close();
    }

    synchronized void add(GuestDevice device) {
        devices.put(device.handle(), device);
    }

    void remove(GuestDevice device) {
        synchronized (this) {
            devices.remove(device.handle(), device);
        }
        device.close();
    }

    synchronized List<GuestDevice> devices() {
        return new ArrayList<>(devices.values());
    }

    synchronized Optional<GuestDevice> device(int handle) {
        return Optional.ofNullable(devices.get(handle));
    }

    Optional<GuestDevice> device(String as) {
        return devices().stream()
                .filter(device -> device.spec().as().equals(as))
                .findFirst();
    }

    /** On the channel's thread. All of it is the guest's word. */
    private void received(DomainProcess from, DomainChannel.Request request) {
        Message message = request.message();
        if (message instanceof Message.OpenRegion open) {
            answer(
                    request,
                    device(open.handle()),
                    device -> request.answer(new Message.Done(), List.of(device.region())));
        } else if (message instanceof Message.AllocateChannel allocate) {
            answer(
                    request,
                    device(allocate.handle()),
                    device -> device.allocateChannel(request.call())
                            .ifPresentOrElse(
                                    ends -> request.answer(new Message.Port(ends.port()), ends.descriptors()),
                                    () -> request.answer(new Message.Failed("too many event channels"))));
        } else if (message instanceof Message.OpenTap open) {
            openTap(request, open.device(), open.mtu());
        } else if (message instanceof Message.DriverViolation violation) {
            device(violation.handle()).ifPresent(device -> complaints.file(device, violation));
        } else if (message instanceof Message.WrongData wrong) {
            answer(request, device(wrong.handle()), device -> complaints.file(device, wrong, request::answer));
        } else if (message instanceof Message.Report report) {
            events.add(report.kind(), spec.name(), report.message(), new LinkedHashMap<>(report.figures()));
        } else if (!(message instanceof Message.Ready)) {
            LOG.warn("{}: ignored {}", spec.name(), message);
            request.answer(new Message.Failed("not for a guest to say"));
        }
    }

    /** Once per life of the guest: the interface is the guest's, and goes with it. */
    private void openTap(DomainChannel.Request request, String as, int mtu) {
        Optional<Backing.Tap> tap = spec.programs().stream()
                .filter(program -> program instanceof ProgramSpec.Tap candidate
                        && candidate.device().equals(as))
                .map(program -> ((ProgramSpec.Tap) program).tap().withMtu(mtu))
                .findFirst();
        Optional<GuestDevice> nic = device(as);
        if (tap.isEmpty() || nic.isEmpty()) {
            request.answer(new Message.Failed("no program of this guest is a NIC's tap: " + as));
            return;
        }
        try {
            GuestDeviceSpec device = nic.get().spec();
            List<Descriptor> files = Taps.open("guest " + spec.name(), tap.get(), device.queues(), device.address());
            request.answer(new Message.Done(), files);
            files.forEach(Descriptor::close);
        } catch (ControlException e) {
            request.answer(new Message.Failed(e.getMessage()));
        }
    }

    private void answer(DomainChannel.Request request, Optional<GuestDevice> device, Consumer<GuestDevice> action) {
        device.ifPresentOrElse(action, () -> request.answer(new Message.Failed("no such device")));
    }

    /** Lets its programs end what they are doing, then ends it. */
    void stop() {
        process().ifPresent(running -> running.shutDown(PATIENCE_MILLIS));
        buried.join();
        state = "stopped";
    }
}
