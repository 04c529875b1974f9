// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import static dev.ringfence.backend.net.TestLan.ALL;
import static dev.ringfence.backend.net.TestLan.address;
import static dev.ringfence.backend.net.TestLan.frame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringfence.memory.DatagramPair;
import dev.ringfence.memory.IoVector;
import dev.ringfence.memory.PrivateMemory;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.FrameHeaders;
import dev.ringfence.protocol.NetifLayout;
import dev.ringfence.protocol.VirtioNetHeader;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The tunnel's sockets are pairs here, of which the peer has the other ends. */
class TunnelTest {
    private static final int NETWORK = 0x123456;
    private static final String HEADER = "0800000012345600";
    private static final String OUTSIDE = "02eeeeeeeeee";

    private final DatagramPair heard = DatagramPair.create(1 << 18);
    private final DatagramPair told = DatagramPair.create(1 << 18);

    @AutoClose
    private final TestLan lan = new TestLan(2, 2, 1);

    private final Tunnel tunnel = new Tunnel("lan", heard.receiver(), told.sender(), NETWORK, TestLan.MTU);
    private final PrivateMemory memory = new PrivateMemory(1 << 17);
    private final Window window = memory.window();
    private final IoVector vector = new IoVector(1);
    private final FrameHeaders headers = new FrameHeaders();

    @AfterEach
    void close() {
        tunnel.close();
        heard.sender().close();
        told.receiver().close();
    }

    private void peerSends(String datagram) {
        byte[] bytes = HexFormat.of().parseHex(datagram);
        window.put(0, bytes, 0, bytes.length);
        vector.clear();
        vector.add(window, 0, bytes.length);
        assertThat(vector.send(heard.sender())).isEqualTo(bytes.length);
    }

    /** The next datagram; empty when there is none. */
    private String peerReceives() {
        vector.clear();
        vector.add(window, 0, window.bytes());
        byte[] datagram = new byte[(int) Math.max(vector.receive(told.receiver()), 0)];
        window.get(0, datagram, 0, datagram.length);
        return HexFormat.of().formatHex(datagram);
    }

    private void put(byte[] frame, boolean checksumBlank, int gsoType, int gsoSize) {
        window.put(VirtioNetHeader.BYTES, frame, 0, frame.length);
        headers.decode(window, VirtioNetHeader.BYTES, Math.min(frame.length, FrameHeaders.MAX_BYTES));
        assertThat(VirtioNetHeader.encode(window, 0, headers, checksumBlank, gsoType, gsoSize))
                .isTrue();
        vector.clear();
        vector.add(window, 0, VirtioNetHeader.BYTES + (long) frame.length);
        assertThat(tunnel.put(vector, headers, gsoType != NetifLayout.GSO_NONE)).isTrue();
    }

    @Test
    void whatThePeerSendsIsPassedOn() {
        List<Egress> ports = new ArrayList<>(lan.inboxes);
        ports.add(tunnel);
        EthernetSwitch joined = new EthernetSwitch(
                new ForwardingTable(64, TestLan.AGEING, 1),
                ports,
                Map.of(Long.parseLong(address(0), 16), 0, Long.parseLong(address(1), 16), 1),
                () -> 0);
        tunnel.start(joined, new Ingress("tunnel", 2, Optional.empty(), new StormGuard(1000, 0)));
        tunnel.serve();
        peerSends(HEADER.replace("56", "57") + frame(ALL, OUTSIDE, "01"));
        peerSends("00" + HEADER.substring(2) + frame(ALL, OUTSIDE, "02"));
        peerSends(HEADER + "0102030405060708090a0b0c0d");
        peerSends(HEADER);
        peerSends("08");
        String first = frame(address(1), OUTSIDE, "03");
        peerSends(HEADER + first);

        await().until(() -> lan.receive(1).equals(first));
        assertThat(lan.receive(0)).isEmpty();
    }

    @Test
    void whatGuestsSendGoesThere() {
        String frame = frame(OUTSIDE, address(0), "0102");
        put(HexFormat.of().parseHex(frame), false, NetifLayout.GSO_NONE, 0);

        assertThat(peerReceives()).isEqualTo(HEADER + frame);
        assertThat(peerReceives()).isEmpty();
    }

    @Test
    void aLargeSegmentGoesInPieces() {
        String tcp = OUTSIDE + address(0) + "0800" + "45000bd012344000400600000a0000010a000002" + "1f90c350"
                + "00000000" + "01020304" + "5010faf0" + "00000000";
        byte[] head = HexFormat.of().parseHex(tcp);
        put(java.util.Arrays.copyOf(head, head.length + 2984), true, NetifLayout.GSO_TCPV4, 1448);

        int end = HEADER.length() + tcp.length();
        assertThat(peerReceives()).startsWith(HEADER + OUTSIDE + address(0)).hasSize(end + 2 * 1448);
        assertThat(peerReceives()).startsWith(HEADER + OUTSIDE + address(0)).hasSize(end + 2 * 1448);
        assertThat(peerReceives()).startsWith(HEADER + OUTSIDE + address(0)).hasSize(end + 2 * 88);
        assertThat(peerReceives()).isEmpty();
    }

    @Test
    void whatDoesNotFitIsLost() {
        byte[] frame = HexFormat.of().parseHex(frame(OUTSIDE, address(0), "00".repeat(TestLan.MTU)));
        put(frame, false, NetifLayout.GSO_NONE, 0);

        assertThat(peerReceives()).isEmpty();
    }
}
