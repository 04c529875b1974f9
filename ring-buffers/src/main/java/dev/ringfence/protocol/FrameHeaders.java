// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.protocol;

import dev.ringfence.memory.Window;

/**
 * The headers of an Ethernet frame, as far as a switch and checksum offload need them. To be read from private memory: a
 * peer must not change them under the parser. Believes no length. Reusable, allocates nothing.
 */
public final class FrameHeaders {
    public static final int IPV4 = 0x0800;
    public static final int ARP = 0x0806;
    public static final int IPV6 = 0x86dd;
    public static final int TCP = 6;
    public static final int UDP = 17;
    /** {@link #transport} of a frame that has none we know, or only a fragment of one. */
    public static final int NONE = -1;

    /** What there is to read, at most: two tags, IPv6 with some extension headers, TCP with options. */
    public static final int MAX_BYTES = 256;

    private static final int VLAN = 0x8100;
    private static final int QINQ = 0x88a8;
    private static final int MAX_TAGS = 2;
    private static final int MAX_EXTENSIONS = 8;
    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int DESTINATION = 60;
    private static final int IPV4_ADDRESSES = 12;
    private static final int IPV6_ADDRESSES = 8;
    private static final int IPV6_HEADER = 40;
    private static final int TCP_HEADER = 20;
    private static final int ARP_BYTES = 28;
    /** Ethernet's, for IPv4. */
    private static final int ARP_FORM = 1 << 16 | IPV4;
    /** Of addresses: six bytes, and four. */
    private static final int ARP_SIZES = 6 << 8 | 4;

    private static final int UDP_HEADER = 8;

    private Window frame;
    private long start;
    private int bytes;
    private long destination;
    private long source;
    private int etherType;
    private int network;
    private int transport;
    private int protocol;
    private int end;

    /** @param bytes how many of the frame there are at {@code at}, 14 at least */
    public void decode(Window frame, long at, int bytes) {
        this.frame = frame;
        this.start = at;
        this.bytes = bytes;
        destination = address(0);
        source = address(6);
        etherType = be16(12);
        network = 14;
        for (int tag = 0; tag < MAX_TAGS && (etherType == VLAN || etherType == QINQ) && has(network + 4); tag++) {
            etherType = be16(network + 2);
            network += 4;
        }
        transport = NONE;
        protocol = NONE;
        end = network;
        if (etherType == IPV4) {
            decodeIpv4();
        } else if (etherType == IPV6) {
            decodeIpv6();
        }
    }

    private void decodeIpv4() {
        if (!has(network + 20) || u8(network) >>> 4 != 4) {
            return;
        }
        int header = (u8(network) & 15) * 4;
        boolean fragment = (be16(network + 6) & 0x3fff) != 0;
        if (header >= 20 && has(network + header) && !fragment) {
            decodeTransport(u8(network + 9), network + header);
        }
    }

    private void decodeIpv6() {
        if (!has(network + IPV6_HEADER) || u8(network) >>> 4 != 6) {
            return;
        }
        int next = u8(network + 6);
        int at = network + IPV6_HEADER;
        for (int extension = 0; extension < MAX_EXTENSIONS; extension++) {
            if (next != HOP_BY_HOP && next != ROUTING && next != DESTINATION) {
                break;
            }
            if (!has(at + 8)) {
                return;
            }
            next = u8(at);
            at += (u8(at + 1) + 1) * 8;
        }
        if (next != FRAGMENT) {
            decodeTransport(next, at);
        }
    }

    private void decodeTransport(int next, int at) {
        int header = next == TCP ? TCP_HEADER : UDP_HEADER;
        if (next != TCP && next != UDP || !has(at + header)) {
            return;
        }
        int length = next == TCP ? (u8(at + 12) >>> 4) * 4 : UDP_HEADER;
        if (length >= header) {
            protocol = next;
            transport = at;
            end = at + length;
        }
    }

    private boolean has(int length) {
        return length <= bytes;
    }

    private int u8(int at) {
        return frame.getByte(start + at) & 0xff;
    }

    private int be16(int at) {
        return u8(at) << 8 | u8(at + 1);
    }

    private int be32(int at) {
        return be16(at) << 16 | be16(at + 2);
    }

    private long be64(int at) {
        return (long) be32(at) << 32 | be32(at + 4) & 0xffff_ffffL;
    }

    private long address(int at) {
        return (long) be16(at) << 32 | (long) be16(at + 2) << 16 | be16(at + 4);
    }

    /** An Ethernet address, its first octet in bits 40 to 47. */
    public long destination() {
        return destination;
    }

    public long source() {
        return source;
    }

    /** For many: broadcast or multicast. */
    public static boolean isGroup(long address) {
        return (address & 1L << 40) != 0;
    }

    /** Asks or tells which Ethernet address an IPv4 address has, and is all there. */
    public boolean isArp() {
        return etherType == ARP
                && has(network + ARP_BYTES)
                && be32(network) == ARP_FORM
                && be16(network + 4) == ARP_SIZES;
    }

    /** The Ethernet address that an {@link #isArp} packet tells of its sender. */
    public long arpSender() {
        return address(network + 8);
    }

    /** The IPv4 address that an {@link #isArp} packet tells of its sender; 0: it has none yet. */
    public int arpSenderAddress() {
        return be32(network + 14);
    }

    public boolean isIpv4() {
        return etherType == IPV4 && has(network + 20) && u8(network) >>> 4 == 4;
    }

    /** Of an {@link #isIpv4} packet. */
    public int ipv4Source() {
        return be32(network + IPV4_ADDRESSES);
    }

    public boolean isIpv6() {
        return etherType == IPV6 && has(network + IPV6_HEADER) && u8(network) >>> 4 == 6;
    }

    /** Of an {@link #isIpv6} packet, its first half. */
    public long ipv6SourceHigh() {
        return be64(network + IPV6_ADDRESSES);
    }

    public long ipv6SourceLow() {
        return be64(network + IPV6_ADDRESSES + 8);
    }

    /** Behind VLAN tags, if any. */
    public int etherType() {
        return etherType;
    }

    /** Where the network header begins. */
    public int network() {
        return network;
    }

    /** {@link #TCP}, {@link #UDP}, or {@link #NONE}. */
    public int protocol() {
        return protocol;
    }

    /** Where the TCP or UDP header begins, or {@link #NONE}. */
    public int transport() {
        return transport;
    }

    /** Where the headers end that were understood; may lie behind what there was to read. */
    public int end() {
        return end;
    }

    /** Where the transport checksum is, counted from {@link #transport}. */
    public int checksumOffset() {
        return protocol == TCP ? 16 : 6;
    }

    /** What all packets of a flow have in common: addresses, and ports where there are some; 0 for other than IP. */
    public int flowHash(ToeplitzHash hash) {
        boolean four = etherType == IPV4 && has(network + 20);
        if (!four && !(etherType == IPV6 && has(network + IPV6_HEADER))) {
            return 0;
        }
        int addresses = network + (four ? IPV4_ADDRESSES : IPV6_ADDRESSES);
        int length = four ? 8 : 32;
        int sum = hash.of(frame, start + addresses, length, 0);
        return transport == NONE ? sum : sum ^ hash.of(frame, start + transport, 4, length);
    }
}
