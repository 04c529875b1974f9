// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.IoVector;
import dev.ringfence.memory.PrivateMemory;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.FrameHeaders;
import dev.ringfence.protocol.NetifLayout;
import dev.ringfence.protocol.Segmenter;
import dev.ringfence.protocol.VirtioNetHeader;
import dev.ringfence.protocol.VxlanHeader;

/**
 * A switch's way to that of another machine, or to a Linux {@code vxlan} device: each frame in a UDP datagram (RFC 7348). The peer
 * cuts no segment and completes no checksum, so both are done here. Neither secret nor proven: the kernel keeps out
 * datagrams that say to be from another host, and that is all.
 */
final class Tunnel extends Uplink {
    /** So that the frame lies where it would if the kernel had read it from a TAP device. */
    private static final int DATAGRAM = VirtioNetHeader.BYTES - VxlanHeader.BYTES;

    private final Descriptor peer;
    private final int network;
    private final int frameMax;
    /** Each guest's worker has its own. */
    private final ThreadLocal<Sender> senders = ThreadLocal.withInitial(Sender::new);

    /**
     * @param wire a UDP socket that datagrams come to
     * @param peer another, which sends to the peer
     * @param network its number
     * @param mtu bytes behind the Ethernet header
     */
    Tunnel(String device, Descriptor wire, Descriptor peer, int network, int mtu) {
        super(device, wire);
        this.peer = peer;
        this.network = network;
        this.frameMax = mtu + NetifLayout.MIN_PACKET_BYTES;
    }

    @Override
    public boolean put(IoVector frame, FrameHeaders of, boolean segmented) {
        senders.get().send(frame);
        return true;
    }

    @Override
    int receive(IoVector empty, Window frame) {
        empty.add(frame, DATAGRAM, frame.bytes() - DATAGRAM);
        int received = (int) empty.receive(wire);
        int length = received - VxlanHeader.BYTES;
        if (received < 0) {
            return received;
        }
        if (length < NetifLayout.MIN_PACKET_BYTES || VxlanHeader.network(frame, DATAGRAM) != network) {
            return 0;
        }
        frame.fill(0, VirtioNetHeader.BYTES, (byte) 0);
        return VirtioNetHeader.BYTES + length;
    }

    @Override
    public void close() {
        super.close();
        peer.close();
    }

    /** Frames as the peer takes them. */
    private final class Sender {
        private final PrivateMemory input = new PrivateMemory(VirtioNetHeader.BYTES + FRAME_MAX);
        private final PrivateMemory output = new PrivateMemory(VxlanHeader.BYTES + FRAME_MAX);
        private final VirtioNetHeader header = new VirtioNetHeader();
        private final Segmenter segmenter = new Segmenter();
        private final IoVector vector = new IoVector(1);

        /** What does not fit, or can't be sent, is lost, as on any wire. */
        private void send(IoVector frame) {
            int length = (int) frame.length() - VirtioNetHeader.BYTES;
            if (length > FRAME_MAX) {
                return;
            }
            Window in = input.window();
            Window out = output.window();
            frame.copyTo(in, 0);
            header.decode(in, 0);
            if (!segmenter.begin(
                    in, VirtioNetHeader.BYTES, length, header.isChecksumBlank(), header.gsoType(), header.gsoSize())) {
                return;
            }
            VxlanHeader.encode(out, 0, network);
            for (int bytes = next(out); bytes > 0 && bytes <= frameMax; bytes = next(out)) {
                vector.clear();
                vector.add(out, 0, (long) VxlanHeader.BYTES + bytes);
                vector.send(peer);
            }
        }

        private int next(Window out) {
            return segmenter.next(out, VxlanHeader.BYTES);
        }
    }
}
