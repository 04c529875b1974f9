// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.backend.FrontendKeys;
import dev.ringfence.backend.QueueContext;
import dev.ringfence.backend.QueueService;
import dev.ringfence.backend.ServedDevice;
import dev.ringfence.domain.ConnectionSpec;
import dev.ringfence.domain.QueueSpec;
import dev.ringfence.domain.ReceiveMode;
import dev.ringfence.protocol.NetifLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A NIC as the kit and the store see it. The keys are netif's (Xen's io/netif.h). Each pair of rings is two queues to the kit, the
 * transmit ring first.
 */
final class ServedNic implements ServedDevice {
    private static final int PAGE_BYTES = 4096;

    private final List<NetworkPort> ports;
    private final ReceiveMode receive;

    /**
     * @param ports a pair of rings for each, at most
     * @param receive what the guest may have besides {@link ReceiveMode#COPY}
     */
    ServedNic(List<NetworkPort> ports, ReceiveMode receive) {
        this.ports = List.copyOf(ports);
        this.receive = receive;
    }

    ReceiveMode receive() {
        return receive;
    }

    @Override
    public Rings rings(FrontendKeys keys) {
        String copy = keys.text("request-rx-copy").orElse("0");
        FrontendKeys.require(copy.equals("1") || copy.equals("0") && receive.flips(), "request-rx-copy", copy);
        Offloads taken = Offloads.of(keys);
        int frameBytes = ports.get(0).mtu() + NetifLayout.MIN_PACKET_BYTES;
        FrontendKeys.require(taken.scatter() || frameBytes <= PAGE_BYTES, "feature-sg", "0");
        int pairs = keys.queues(ports.size());
        List<QueueSpec> specs = new ArrayList<>();
        for (int pair = 0; pair < pairs; pair++) {
            String prefix = FrontendKeys.prefix(pair, pairs);
            specs.add(queue(keys, prefix + "tx-ring-ref", prefix + "event-channel-tx", false));
            specs.add(queue(keys, prefix + "rx-ring-ref", prefix + "event-channel-rx", true));
        }
        for (int port = 0; ports.size() > 1 && port < ports.size(); port++) {
            ports.get(port).attach(port < pairs);
        }
        ports.subList(0, pairs).forEach(port -> port.prepare(taken));
        ReceiveMode agreed = copy.equals("1") ? ReceiveMode.COPY : receive;
        return new Rings(NetifLayout.txSlotCount(PAGE_BYTES), specs, agreed);
    }

    private static QueueSpec queue(FrontendKeys keys, String ref, String channel, boolean posts) {
        return new QueueSpec(List.of(keys.gref(ref)), keys.channel(channel), posts);
    }

    @Override
    public Map<String, String> features(String connection, boolean readOnly) {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("feature-rx-copy", "1");
        keys.put("feature-rx-flip", receive.flips() ? "1" : "0");
        keys.put("feature-sg", "1");
        keys.put("feature-gso-tcpv4", "1");
        keys.put("feature-gso-tcpv6", "1");
        keys.put("feature-ipv6-csum-offload", "1");
        keys.put("feature-multicast-control", "0");
        keys.put("feature-split-event-channels", "1");
        keys.put("feature-ctrl-ring", "0");
        keys.put("multi-queue-max-queues", Integer.toString(ports.size()));
        return keys;
    }

    @Override
    public Map<String, String> properties(boolean readOnly) {
        return properties(ports.get(0).mtu());
    }

    static Map<String, String> properties(int mtu) {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("mtu", Integer.toString(mtu));
        keys.put("carrier", "1");
        return keys;
    }

    @Override
    public Services connect(ConnectionSpec connection) {
        List<ReceiveService> receivers = new ArrayList<>();
        return new Services() {
            @Override
            public QueueService service(QueueContext context) {
                NetworkPort port = ports.get(context.queue() / 2);
                if (context.queue() % 2 == 0) {
                    return new TransmitService(context, port);
                }
                ReceiveService receiver = new ReceiveService(context, port);
                receivers.add(receiver);
                return receiver;
            }

            @Override
            public void close() {
                receivers.forEach(ReceiveService::close);
            }
        };
    }

    @Override
    public void close() {
        ports.forEach(NetworkPort::close);
    }
}
