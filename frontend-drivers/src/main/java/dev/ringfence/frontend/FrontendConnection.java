// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend;

import dev.ringfence.domain.EventChannel;
import dev.ringfence.domain.Hypercalls;
import dev.ringfence.domain.Message;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;
import dev.ringfence.ring.FrontRing;
import dev.ringfence.store.StoreClient;
import java.util.ArrayList;
import java.util.List;

/** What every front-end has of its device, whatever it is: its place in the store, its I/O region, its event channels. */
public final class FrontendConnection {
    private final Hypercalls hypercalls;
    private final String name;
    private final int handle;
    private final int backend;
    private final SharedMemory region;
    private final FrontendHandshake handshake;
    private final List<EventChannel> channels = new ArrayList<>();
    private boolean closed;

    /**
     * @param store this guest's
     * @param frontend the device's directory in it
     * @param handleKey under which the device's number is there
     * @throws IllegalArgumentException when there is no such device
     */
    public FrontendConnection(
            Hypercalls hypercalls, StoreClient store, String frontend, String handleKey, DeviceFrontend device) {
        this.hypercalls = hypercalls;
        this.name = frontend;
        this.handle = number(store, frontend + "/" + handleKey);
        this.backend = number(store, frontend + "/backend-id");
        this.region = hypercalls.openRegion(handle);
        this.handshake = new FrontendHandshake(store, frontend, device);
    }

    private static int number(StoreClient store, String path) {
        return Integer.parseInt(
                store.read(path).orElseThrow(() -> new IllegalArgumentException("not in the store: path=" + path)));
    }

    /** Its directory in the store. */
    public String name() {
        return name;
    }

    /** Its number in this guest. */
    public int handle() {
        return handle;
    }

    /** Whom to grant pages to. */
    public int backend() {
        return backend;
    }

    /** The I/O region. */
    public Window memory() {
        return region.window();
    }

    /** To be started by the owner of the device. */
    public FrontendHandshake handshake() {
        return handshake;
    }

    /** One more event channel; it lives as long as the connection. */
    public EventChannel openChannel() {
        EventChannel channel = hypercalls.allocateChannel(handle);
        channel.listener().nonBlocking();
        channels.add(channel);
        return channel;
    }

    /** What connects a queue; what its driver does to break it is told to the hypervisor. */
    public ShadowedQueue.Wiring wire(int queue, FrontRing ring, EventChannel channel) {
        return new ShadowedQueue.Wiring(
                name + "." + queue,
                ring,
                channel.ringer(),
                channel.listener(),
                (index, id, operation, status, reason) -> hypercalls.violated(
                        new Message.DriverViolation(handle, queue, index, id, operation, status, reason)));
    }

    /** Wakes whoever sleeps on a channel: something has changed. Any thread. */
    public void wake() {
        channels.forEach(channel -> channel.self().ring());
    }

    /**
     * Ends the connection, once; the memory stays mapped.
     *
     * @param takeBack run when the back-end has let go too: then what it was granted can be taken back
     */
    public synchronized void close(Runnable takeBack) {
        if (!closed) {
            closed = true;
            handshake.close();
            if (handshake.released().isDone()) {
                takeBack.run();
            }
        }
    }

    /** Lets go of memory and channels: no thread may touch them any more. After {@link #close}. */
    public synchronized void free() {
        channels.forEach(EventChannel::close);
        region.close();
    }
}
