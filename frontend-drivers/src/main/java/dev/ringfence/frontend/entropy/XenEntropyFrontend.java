// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.entropy;

import dev.ringfence.domain.DeviceKind;
import dev.ringfence.domain.EventChannel;
import dev.ringfence.domain.Hypercalls;
import dev.ringfence.frontend.DeviceFrontend;
import dev.ringfence.frontend.FrontendConnection;
import dev.ringfence.frontend.FrontendHandshake;
import dev.ringfence.frontend.GrantedFrames;
import dev.ringfence.frontend.GuestFrontend;
import dev.ringfence.grant.GrantTable;
import dev.ringfence.grant.RegionLayout;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.EntropyLayout;
import dev.ringfence.ring.FrontRing;
import dev.ringfence.store.StoreClient;
import java.util.Map;

/** A guest's source of random bytes: a ring of one page, and a page for each of its slots. */
public final class XenEntropyFrontend implements EntropyFrontend, DeviceFrontend, GuestFrontend {
    private final FrontendConnection connection;
    private GrantedFrames ringPage;
    private GrantedFrames pages;
    private EventChannel channel;
    private XenEntropyQueue queue;

    /**
     * @param store this guest's
     * @param frontend the device's directory in it
     */
    public XenEntropyFrontend(Hypercalls hypercalls, StoreClient store, String frontend) {
        this.connection = new FrontendConnection(hypercalls, store, frontend, DeviceKind.ENTROPY.handleKey(), this);
    }

    @Override
    public FrontendHandshake handshake() {
        return connection.handshake();
    }

    @Override
    public Map<String, String> publish(BackendKeys features) {
        if (queue == null) {
            open();
        } else {
            queue.startAfresh();
        }
        return Map.of("ring-ref", Integer.toString(ringPage.ref(0)), "event-channel", Integer.toString(channel.port()));
    }

    private void open() {
        Window region = connection.memory();
        GrantTable table = new GrantTable(region);
        int first = RegionLayout.of(region).firstGuestFrame();
        int slots = EntropyLayout.slotCount(RegionLayout.PAGE_BYTES);
        ringPage = new GrantedFrames(region, table, connection.backend(), first, 1, false);
        pages = new GrantedFrames(region, table, connection.backend(), first + 1, slots, false);
        FrontRing ring = new FrontRing(ringPage.window(), EntropyLayout.ENTRY_BYTES);
        ring.initialise();
        channel = connection.openChannel();
        queue = new XenEntropyQueue(connection.wire(0, ring, channel), pages);
    }

    @Override
    public void connected(BackendKeys properties) {
        queue.publish();
        connection.wake();
    }

    @Override
    public void disconnected(String reason) {
        if (queue != null) {
            queue.fail(reason);
            connection.wake();
        }
    }

    @Override
    public EntropyQueue queue() {
        return queue;
    }

    /** The memory stays mapped: a thread may still be about to poll the queue, and is told there that it is over. */
    @Override
    public void close() {
        connection.close(() -> {
            if (queue != null) {
                ringPage.endAccess();
                pages.endAccess();
            }
        });
    }

    @Override
    public void free() {
        close();
        connection.free();
    }
}
