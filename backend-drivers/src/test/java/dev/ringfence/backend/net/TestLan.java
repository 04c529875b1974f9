// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.memory.DatagramPair;
import dev.ringfence.memory.IoVector;
import dev.ringfence.memory.PrivateMemory;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.FrameHeaders;
import dev.ringfence.protocol.NetifLayout;
import dev.ringfence.protocol.VirtioNetHeader;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A switch with real inboxes, whose clock stands still until it is moved. Port n has the address 02:00:00:00:00:0n. */
final class TestLan implements AutoCloseable {
    static final int MTU = 1500;
    static final int BROADCASTS = 1000;
    static final long AGEING = 1_000_000_000_000L;
    static final String ALL = "ffffffffffff";

    final List<Inboxes> inboxes = new ArrayList<>();
    final List<Ingress> ingresses = new ArrayList<>();
    final EthernetSwitch lan;
    long nowNanos;
    private final PrivateMemory memory = new PrivateMemory(1 << 18);
    private final Window window = memory.window();
    private final IoVector vector = new IoVector(2);
    private final FrameHeaders headers = new FrameHeaders();

    /** @param locked the first so many ports may send as themselves alone, and are attached; the others as anybody */
    TestLan(int ports, int locked, int queues) {
        Map<Long, Integer> fixed = new HashMap<>();
        for (int port = 0; port < ports; port++) {
            List<DatagramPair> pairs = new ArrayList<>();
            for (int queue = 0; queue < queues; queue++) {
                pairs.add(DatagramPair.create(1 << 18));
            }
            inboxes.add(new Inboxes(pairs, MTU));
            inboxes.get(port).attach(queues);
            long address = Long.parseLong(address(port), 16);
            List<InetAddress> any = List.of();
            SourceRule rule = new SourceRule(address, port >= locked, any);
            ingresses.add(new Ingress("port " + port, port, Optional.of(rule), new StormGuard(BROADCASTS, 0)));
            if (port < locked) {
                fixed.put(address, port);
            }
        }
        ForwardingTable table = new ForwardingTable(64, AGEING, 4711);
        lan = new EthernetSwitch(table, inboxes, fixed, () -> nowNanos);
    }

    static String address(int port) {
        return "02000000000" + port;
    }

    /** An IPv4 frame with a payload of its own. */
    static String frame(String to, String from, String payload) {
        return to + from + "0800" + "4500" + "%04x".formatted(20 + payload.length() / 2) + "0000000040fd0000"
                + "0a0000010a000002" + payload;
    }

    int send(int port, String frame) {
        return send(port, NetifLayout.GSO_NONE, HexFormat.of().parseHex(frame));
    }

    int send(int port, int gsoType, byte[] frame) {
        window.fill(0, VirtioNetHeader.BYTES, (byte) 0);
        window.putByte(1, (byte) gsoType);
        window.put(VirtioNetHeader.BYTES, frame, 0, frame.length);
        headers.decode(window, VirtioNetHeader.BYTES, Math.min(frame.length, FrameHeaders.MAX_BYTES));
        vector.clear();
        vector.add(window, 0, VirtioNetHeader.BYTES + (long) frame.length);
        return port(port, 0).send(vector, headers, gsoType);
    }

    SwitchPort port(int port, int queue) {
        return new SwitchPort(lan, ingresses.get(port), inboxes.get(port), queue, () -> {});
    }

    /** The next frame that waits for a port, without its header; empty when there is none. */
    String receive(int port, int queue) {
        vector.clear();
        vector.add(window, 1 << 17, 1 << 17);
        int received = port(port, queue).receive(vector);
        if (received == 0) {
            return "";
        }
        byte[] frame = new byte[received - VirtioNetHeader.BYTES];
        window.get((1 << 17) + VirtioNetHeader.BYTES, frame, 0, frame.length);
        return HexFormat.of().formatHex(frame);
    }

    String receive(int port) {
        return receive(port, 0);
    }

    @Override
    public void close() {
        inboxes.forEach(Inboxes::close);
    }
}
