// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.backend.FrontendKeys;
import dev.ringfence.backend.QueueContext;
import dev.ringfence.backend.QueueService;
import dev.ringfence.backend.ServedDevice;
import dev.ringfence.domain.ConnectionSpec;
import dev.ringfence.domain.DeviceDescription;
import dev.ringfence.domain.ReceiveMode;
import dev.ringfence.domain.SwitchOptions;
import dev.ringfence.memory.DatagramPair;
import dev.ringfence.memory.Descriptor;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A switch as the kit and the store see it: to each of its guests a NIC, with one {@link EthernetSwitch} behind all. */
final class ServedSwitch implements ServedDevice {
    private static final int TABLE_SLOTS = 4096;

    private final SwitchOptions options;
    private final int queues;
    private final Optional<Uplink> uplink;
    /** By the name of their connection. */
    private final Map<String, Member> members = new LinkedHashMap<>();

    /** One guest's NIC. */
    private record Member(Inboxes inboxes, ServedNic nic) {}

    /** @param files in the order that {@link SwitchOptions} gives; the switch's to close from now on */
    ServedSwitch(DeviceDescription description, List<Descriptor> files) {
        options = SwitchOptions.of(description.options());
        queues = description.maxQueues();
        Iterator<Descriptor> file = files.iterator();
        uplink = uplink(description.name(), file);
        List<Inboxes> inboxes = new ArrayList<>();
        options.ports().forEach(port -> inboxes.add(inboxes(file)));
        EthernetSwitch lan = lan(inboxes);
        for (int number = 0; number < inboxes.size(); number++) {
            SwitchOptions.Port port = options.ports().get(number);
            SourceRule rule = new SourceRule(port.address(), port.spoof(), port.sources());
            String name = description.name() + ": guest " + port.connection();
            Ingress ingress = new Ingress(name, number, Optional.of(rule), guard());
            members.put(port.connection(), member(lan, ingress, inboxes.get(number), port.receive()));
        }
        uplink.ifPresent(wire -> wire.start(
                lan, new Ingress(description.name() + ": uplink", inboxes.size(), Optional.empty(), guard())));
    }

    private Optional<Uplink> uplink(String name, Iterator<Descriptor> file) {
        return switch (options.uplink()) {
            case NONE -> Optional.empty();
            case TAP -> Optional.of(new TapUplink(name, file.next()));
            case TUNNEL -> Optional.of(new Tunnel(name, file.next(), file.next(), options.network(), options.mtu()));
        };
    }

    private Inboxes inboxes(Iterator<Descriptor> file) {
        List<DatagramPair> pairs = new ArrayList<>();
        for (int queue = 0; queue < queues; queue++) {
            Descriptor sender = file.next();
            pairs.add(new DatagramPair(sender, file.next()));
        }
        return new Inboxes(pairs, options.mtu());
    }

    private EthernetSwitch lan(List<Inboxes> inboxes) {
        List<Egress> ports = new ArrayList<>(inboxes);
        uplink.ifPresent(ports::add);
        Map<Long, Integer> fixed = new HashMap<>();
        for (int number = 0; number < inboxes.size(); number++) {
            SwitchOptions.Port port = options.ports().get(number);
            if (!port.spoof()) {
                fixed.put(port.address(), number);
            }
        }
        long ageingNanos = TimeUnit.MILLISECONDS.toNanos(options.ageingMillis());
        ForwardingTable table = new ForwardingTable(TABLE_SLOTS, ageingNanos, new SecureRandom().nextLong());
        return new EthernetSwitch(table, ports, fixed, System::nanoTime);
    }

    private StormGuard guard() {
        return new StormGuard(options.broadcasts(), System.nanoTime());
    }

    private Member member(EthernetSwitch lan, Ingress ingress, Inboxes inboxes, ReceiveMode receive) {
        List<NetworkPort> ports = new ArrayList<>();
        for (int queue = 0; queue < queues; queue++) {
            ports.add(new SwitchPort(lan, ingress, inboxes, queue, () -> uplink.ifPresent(Uplink::serve)));
        }
        return new Member(inboxes, new ServedNic(ports, receive));
    }

    private Member member(String connection) {
        Member member = members.get(connection);
        if (member == null) {
            throw new IllegalArgumentException("the switch has no port for it: connection=" + connection);
        }
        return member;
    }

    /** Frames that nobody has taken from the guest's inboxes are of an earlier connection. */
    @Override
    public Rings rings(FrontendKeys keys) {
        Member member = member(keys.connection());
        Rings rings = member.nic().rings(keys);
        member.inboxes().drain();
        return rings;
    }

    @Override
    public Map<String, String> features(String connection, boolean readOnly) {
        return member(connection).nic().features(connection, readOnly);
    }

    /** Of all its guests. */
    Stream<ReceiveMode> receive() {
        return members.values().stream().map(member -> member.nic().receive());
    }

    @Override
    public Map<String, String> properties(boolean readOnly) {
        return ServedNic.properties(options.mtu());
    }

    @Override
    public Services connect(ConnectionSpec connection) {
        Member member = member(connection.name());
        Services services = member.nic().connect(connection);
        Inboxes.Attachment attachment =
                member.inboxes().attach(connection.queues().size() / 2);
        return new Services() {
            @Override
            public QueueService service(QueueContext context) {
                return services.service(context);
            }

            @Override
            public void close() {
                member.inboxes().detach(attachment);
                services.close();
            }
        };
    }

    @Override
    public void close() {
        uplink.ifPresent(Uplink::close);
        members.values().forEach(member -> member.inboxes().close());
    }
}
