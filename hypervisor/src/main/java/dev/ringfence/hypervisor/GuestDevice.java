// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.domain.ConnectionSpec;
import dev.ringfence.domain.QueueSpec;
import dev.ringfence.grant.GrantMap;
import dev.ringfence.grant.GrantStatus;
import dev.ringfence.grant.PinnedGrants;
import dev.ringfence.grant.RegionLayout;
import dev.ringfence.hypervisor.health.QueueReading;
import dev.ringfence.hypervisor.keeper.Kept;
import dev.ringfence.hypervisor.machine.GuestDeviceSpec;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.Doorbell;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.ring.RingLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A device of a guest, from the hypervisor's side: the I/O region and the event channels the guest was given for it, and
 * what a driver may be given of them. Guarded by itself.
 */
final class GuestDevice {
    private static final int CHANNELS_MAX = 64;
    private static final long REGION_BYTES = 64L << 20;

    private final GuestDeviceSpec spec;
    private final int guest;
    private final int handle;
    private final int backend;
    private final Keeper keeper;
    private Optional<Keeping> keeping = Optional.empty();
    private Optional<SharedMemory> region = Optional.empty();
    private final DeviceAccount account = new DeviceAccount();
    private final Map<Integer, Channel> channels = new LinkedHashMap<>();
    private int lastPort;

    /** @param call the guest's number of the call it was allocated by */
    private record Channel(int port, int call, Doorbell.Pair toBackend, Doorbell.Pair toFrontend, Keeping keeping) {
        GuestEnds guestEnds() {
            return new GuestEnds(port, List.of(toBackend.ringer(), toFrontend.listener(), toFrontend.ringer()));
        }

        void close() {
            keeping.close();
            toBackend.close();
            toFrontend.close();
        }
    }

    GuestDevice(GuestDeviceSpec spec, int guest, int handle, int backend, Keeper keeper) {
        this.spec = spec;
        this.guest = guest;
        this.handle = handle;
        this.backend = backend;
        this.keeper = keeper;
    }

    /** It is being plugged: from now on a successor finds it, and what its guest gets for it. */
    synchronized void keep() {
        keeping = Optional.of(keeper.keep(Notes.plugged(guest, handle), note(), descriptors()));
    }

    private Notes.Plugged note() {
        return new Notes.Plugged(spec.as(), lastPort);
    }

    private List<Descriptor> descriptors() {
        return region.map(SharedMemory::descriptor).stream().toList();
    }

    /** Goes on with what an earlier hypervisor gave the guest. */
    synchronized void adopt(Kept plugged, List<Kept> allocated) {
        lastPort = Keeper.read(plugged.note(), Notes.Plugged.class).lastPort();
        region = plugged.descriptors().stream().findFirst().map(SharedMemory::open);
        keep();
        for (Kept kept : allocated) {
            Notes.Channel note = Keeper.read(kept.note(), Notes.Channel.class);
            List<Descriptor> ends = kept.descriptors();
            lastPort = Math.max(lastPort, note.port());
            add(
                    note.port(),
                    note.call(),
                    new Doorbell.Pair(ends.get(0), ends.get(1)),
                    new Doorbell.Pair(ends.get(2), ends.get(3)));
        }
    }

    private Channel add(int port, int call, Doorbell.Pair toBackend, Doorbell.Pair toFrontend) {
        Keeping kept = keeper.keep(
                Notes.channels(guest, handle) + port,
                new Notes.Channel(port, call),
                List.of(toBackend.ringer(), toBackend.listener(), toFrontend.ringer(), toFrontend.listener()));
        Channel channel = new Channel(port, call, toBackend, toFrontend, kept);
        channels.put(port, channel);
        return channel;
    }

    GuestDeviceSpec spec() {
        return spec;
    }

    int guest() {
        return guest;
    }

    /** Xen's virtual-device number. */
    int handle() {
        return handle;
    }

    int backend() {
        return backend;
    }

    DeviceAccount account() {
        return account;
    }

    /** {@code 3/51712}, as in {@link ConnectionSpec#name}. */
    String name() {
        return guest + "/" + handle;
    }

    /** The region's descriptor, for the guest; the same region as long as the device is plugged. */
    synchronized Descriptor region() {
        if (region.isEmpty()) {
            region = Optional.of(SharedMemory.create("ringfence-io-" + guest + "-" + handle, REGION_BYTES));
            keeping.ifPresent(kept -> kept.update(note(), descriptors()));
        }
        return region.get().descriptor();
    }

    /**
     * A new channel's port and the guest's two ends of it; empty when it has too many.
     *
     * @param call the guest's number of the call; asked again by the same call, it gets the same channel
     */
    synchronized Optional<GuestEnds> allocateChannel(int call) {
        Optional<Channel> allocated = channels.values().stream()
                .filter(channel -> channel.call() == call)
                .findFirst();
        if (allocated.isEmpty() && channels.size() < CHANNELS_MAX) {
            allocated = Optional.of(add(++lastPort, call, Doorbell.create(), Doorbell.create()));
        }
        return allocated.map(Channel::guestEnds);
    }

    /** Ringer towards the driver, listener for the driver's bell, ringer of that same bell. */
    record GuestEnds(int port, List<Descriptor> descriptors) {}

    /**
     * Checks what a front-end published against what it was given.
     *
     * @return the first frame of each queue's ring
     * @throws IllegalArgumentException saying what is wrong with it
     */
    synchronized List<Integer> resolve(ConnectionSpec connection) {
        require(region.isPresent(), "no I/O region");
        GrantMap grants = new GrantMap(region.get().window(), backend);
        List<Integer> frames = new ArrayList<>();
        Set<Integer> ports = new HashSet<>();
        for (QueueSpec queue : connection.queues()) {
            require(channels.containsKey(queue.eventChannel()), "event-channel=" + queue.eventChannel());
            // One bell wakes one sleeper: two queues on it would sleep through the end of their connection.
            require(ports.add(queue.eventChannel()), "event-channel=" + queue.eventChannel() + " is another queue's");
            int first = frame(grants, queue.ringRefs().get(0));
            for (int page = 1; page < queue.ringRefs().size(); page++) {
                require(frame(grants, queue.ringRefs().get(page)) == first + page, "ring pages are not in a row");
            }
            frames.add(first);
        }
        return frames;
    }

    private static int frame(GrantMap grants, int ref) {
        int frame = grants.validate(ref, true);
        require(frame >= 0, "ring-ref=" + ref + ": " + GrantStatus.name(frame));
        return frame;
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException(what);
        }
    }

    /** False once the guest is gone, or the device unplugged. */
    synchronized boolean isOpen() {
        return region.isPresent();
    }

    /** What the ring that begins at a frame says, which is the guest's word; nothing once the guest is gone. */
    synchronized void readRing(int frame, QueueReading reading) {
        region.ifPresent(memory -> reading.read(RegionLayout.frames(memory.window(), frame, 1)));
    }

    /** Pages that the grant table has as in use; the guest could have written that. */
    synchronized int pinnedGrants() {
        return region.map(memory -> PinnedGrants.count(memory.window())).orElse(0);
    }

    /** Rings a driver's doorbell as the guest would. Any thread. */
    synchronized void ringDriver(int port) {
        Channel channel = channels.get(port);
        if (channel != null) {
            new Doorbell.Ringer(channel.toBackend().ringer()).ring();
        }
    }

    /**
     * What goes with an Attach, for the caller to close: the region, the control region, and three ends of each queue's
     * channel. Nothing when the guest is gone.
     */
    synchronized List<Descriptor> forDriver(ConnectionSpec connection, SharedMemory control) {
        if (region.isEmpty()) {
            return List.of();
        }
        List<Descriptor> descriptors = new ArrayList<>();
        descriptors.add(region.get().descriptor());
        descriptors.add(control.descriptor());
        for (QueueSpec queue : connection.queues()) {
            Channel channel = channels.get(queue.eventChannel());
            descriptors.add(channel.toBackend().listener());
            descriptors.add(channel.toFrontend().ringer());
            descriptors.add(channel.toBackend().ringer());
        }
        return descriptors.stream().map(Descriptor::duplicate).toList();
    }

    /** The request index of the ring that begins at a frame, as the guest has it; 0 when it is gone. */
    synchronized int requestsPublished(int ringFrame) {
        return region.map(memory -> RegionLayout.frames(memory.window(), ringFrame, 1))
                .map(RingLayout::requestsPublished)
                .orElse(0);
    }

    long regionBytes() {
        return layout().bytes();
    }

    /** Of its region. */
    RegionLayout layout() {
        return new RegionLayout((int) (REGION_BYTES / RegionLayout.PAGE_BYTES));
    }

    /** The guest is gone, or the device unplugged. */
    synchronized void close() {
        keeping.ifPresent(Keeping::close);
        region.ifPresent(SharedMemory::close);
        region = Optional.empty();
        channels.values().forEach(Channel::close);
        channels.clear();
    }
}
