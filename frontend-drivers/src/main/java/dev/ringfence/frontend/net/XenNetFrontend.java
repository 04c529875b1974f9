// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.net;

import dev.ringfence.domain.EventChannel;
import dev.ringfence.domain.Hypercalls;
import dev.ringfence.frontend.DeviceFrontend;
import dev.ringfence.frontend.FrontendConnection;
import dev.ringfence.frontend.FrontendHandshake;
import dev.ringfence.grant.GrantTable;
import dev.ringfence.store.StoreClient;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A guest's NIC over netif: keys as in Xen's io/netif.h. Both rings of a pair have an event channel of their own. Receive buffers are
 * copied into, unless the back-end offers to flip pages, which it does only where it was told to.
 */
public final class XenNetFrontend implements NetFrontend, DeviceFrontend {
    private static final int PAIRS_MAX = 4;
    private static final int MTU = 1500;
    private static final int MTU_MIN = 68;
    private static final int MTU_MAX = 65_521;

    private final FrontendConnection connection;
    private final int wantedPairs;
    private final long address;
    private final List<QueueMemory> memories = new ArrayList<>();
    private final List<TransmitQueue> transmit = new ArrayList<>();
    private final List<ReceiveQueue> receive = new ArrayList<>();
    private final Map<String, String> keys = new LinkedHashMap<>();
    private boolean flips;
    private NicInfo info;

    /**
     * @param store this guest's
     * @param frontend the device's directory in it
     * @param wantedPairs how many pairs of queues to open, if the back-end offers so many
     */
    public XenNetFrontend(Hypercalls hypercalls, StoreClient store, String frontend, int wantedPairs) {
        this.wantedPairs = Math.min(wantedPairs, PAIRS_MAX);
        this.address = address(store.read(frontend + "/mac").orElse(""));
        this.connection = new FrontendConnection(hypercalls, store, frontend, "handle", this);
    }

    private static long address(String text) {
        if (!text.matches("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}")) {
            throw new IllegalArgumentException("mac=" + text);
        }
        return Long.parseLong(text.replace(":", ""), 16);
    }

    /** The handshake, to be started by the owner of the device. */
    public FrontendHandshake handshake() {
        return connection.handshake();
    }

    @Override
    public Map<String, String> publish(BackendKeys features) {
        boolean flipsNow = features.number("feature-rx-flip", 0) == 1;
        if (!flipsNow) {
            require(features, "feature-rx-copy");
        }
        require(features, "feature-split-event-channels");
        long offered = features.number("multi-queue-max-queues", 1);
        int pairs = (int) Math.max(1, Math.min(wantedPairs, offered));
        if (memories.isEmpty()) {
            flips = flipsNow;
            open(pairs);
        } else if (pairs != memories.size() || flips != flipsNow) {
            throw new IllegalArgumentException(
                    "the back-end offers other than before: queues=" + pairs + " flips=" + flipsNow);
        } else {
            transmit.forEach(TransmitQueue::resubmit);
            receive.forEach(ReceiveQueue::resubmit);
        }
        info = new NicInfo(
                address,
                MTU,
                features.number("feature-sg", 0) == 1,
                features.number("feature-gso-tcpv4", 0) == 1,
                features.number("feature-gso-tcpv6", 0) == 1);
        return keys;
    }

    private static void require(BackendKeys features, String key) {
        if (features.number(key, 0) != 1) {
            throw new IllegalArgumentException("the back-end does not offer " + key);
        }
    }

    private void open(int pairs) {
        GrantTable table = new GrantTable(connection.memory());
        keys.put("request-rx-copy", flips ? "0" : "1");
        keys.put("feature-rx-notify", "1");
        keys.put("feature-sg", "1");
        keys.put("feature-gso-tcpv4", "1");
        keys.put("feature-gso-tcpv6", "1");
        keys.put("feature-ipv6-csum-offload", "1");
        if (pairs > 1) {
            keys.put("multi-queue-num-queues", Integer.toString(pairs));
        }
        for (int pair = 0; pair < pairs; pair++) {
            QueueMemory memory = new QueueMemory(connection.memory(), table, connection.backend(), pairs, pair, flips);
            EventChannel out = connection.openChannel();
            EventChannel in = connection.openChannel();
            memories.add(memory);
            String name = connection.name() + "." + pair;
            transmit.add(new TransmitQueue(name, memory.transmitRing(), memory.frames(), out.ringer(), out.listener()));
            receive.add(new ReceiveQueue(name, memory.receiveRing(), memory.buffers(), in.ringer(), in.listener()));
            String prefix = pairs == 1 ? "" : "queue-" + pair + "/";
            keys.put(prefix + "tx-ring-ref", Integer.toString(memory.transmitRef()));
            keys.put(prefix + "rx-ring-ref", Integer.toString(memory.receiveRef()));
            keys.put(prefix + "event-channel-tx", Integer.toString(out.port()));
            keys.put(prefix + "event-channel-rx", Integer.toString(in.port()));
        }
    }

    @Override
    public void connected(BackendKeys properties) {
        int mtu = (int) Math.max(MTU_MIN, Math.min(properties.number("mtu", MTU), MTU_MAX));
        info = new NicInfo(address, mtu, info.scatter(), info.gsoV4(), info.gsoV6());
        transmit.forEach(TransmitQueue::publish);
        receive.forEach(ReceiveQueue::publish);
        connection.wake();
    }

    @Override
    public void disconnected(String reason) {
        transmit.forEach(queue -> queue.fail(reason));
        receive.forEach(queue -> queue.fail(reason));
        connection.wake();
    }

    @Override
    public NicInfo info() {
        return info;
    }

    @Override
    public List<TransmitQueue> transmitQueues() {
        return List.copyOf(transmit);
    }

    @Override
    public List<ReceiveQueue> receiveQueues() {
        return List.copyOf(receive);
    }

    /** The memory stays mapped: a thread may still be about to poll a queue, and is told there that it is over. */
    @Override
    public void close() {
        connection.close(() -> memories.forEach(QueueMemory::endAccess));
    }

    /** Lets go of its memory and channels: the device is gone, and no thread will ever touch a queue or a frame again. */
    public void free() {
        close();
        connection.free();
    }
}
