// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.protocol;

import dev.ringfence.ring.RingLayout;

/**
 * Xen's network protocol ({@code netif.h}): two rings a queue, little-endian.
 *
 * <pre>
 *   byte          0       2      4         6      8     10
 *   tx request    gref:4         offset:2  flags:2 id:2  size:2     12 bytes
 *   tx response   id:2    status:2                                   4
 *   rx request    id:2    -      gref:4                              8
 *   rx response   id:2    offset:2 flags:2 status:2                  8
 *   extra info    type flags  six bytes by type                      8
 *                 GSO         size:2 type - features:2
 *                 multicast   address[6]
 *                 hash        type algorithm value:4
 * </pre>
 *
 * <p>A packet is a chain of slots: the first one, extra infos if it says so, then one slot a fragment while {@code more_data} is
 * set. On the transmit ring the first slot's size is the whole packet's; on the receive ring each has its own, in the
 * status. The lowest two flags change their meaning between the two. Receive responses stand in the slots of the
 * requests whose buffers they fill, so an extra info costs a buffer.
 */
public final class NetifLayout {
    public static final int TX_CSUM_BLANK = 1;
    public static final int TX_DATA_VALIDATED = 2;
    public static final int RX_DATA_VALIDATED = 1;
    public static final int RX_CSUM_BLANK = 2;
    /** Another slot of this packet follows, on either ring. */
    public static final int MORE_DATA = 4;
    /** An extra info follows, on either ring. */
    public static final int EXTRA_INFO = 8;
    /** GSO told by a slot before the packet: an old way, never offered by us. */
    public static final int RX_GSO_PREFIX = 16;

    public static final int OKAY = 0;
    public static final int ERROR = -1;
    public static final int DROPPED = -2;
    /** Answers a slot that was no request: an extra info. */
    public static final int NULL = 1;

    public static final int EXTRA_NONE = 0;
    public static final int EXTRA_GSO = 1;
    public static final int EXTRA_MCAST_ADD = 2;
    public static final int EXTRA_MCAST_DEL = 3;
    public static final int EXTRA_HASH = 4;
    /** In Linux's copy of the header alone. */
    public static final int EXTRA_XDP = 5;
    /** In an extra info's flags: another one follows. */
    public static final int EXTRA_MORE = 1;

    public static final int GSO_NONE = 0;
    public static final int GSO_TCPV4 = 1;
    public static final int GSO_TCPV6 = 2;

    public static final int TX_REQUEST_BYTES = 12;
    public static final int TX_RESPONSE_BYTES = 4;
    public static final int RX_REQUEST_BYTES = 8;
    public static final int RX_RESPONSE_BYTES = 8;
    public static final int EXTRA_BYTES = 8;

    /** Fragments of a packet that every back-end must take: XEN_NETIF_NR_SLOTS_MIN. */
    public static final int MAX_FRAGMENTS = 18;
    /** From so many fragments on the front-end means harm; between the two it may be an old one, and loses the packet. */
    public static final int MALICIOUS_FRAGMENTS = 20;

    /** An Ethernet header: nothing shorter is a frame. */
    public static final int MIN_PACKET_BYTES = 14;

    /** Of a packet on the transmit ring, whose first slot tells its size in 16 bits. */
    public static final int MAX_TX_BYTES = 0xffff;

    private NetifLayout() {}

    /** Slots of a transmit ring of so many bytes: 256 in a page. */
    public static int txSlotCount(long ringBytes) {
        return RingLayout.slotCount(ringBytes, TX_REQUEST_BYTES);
    }

    /** Slots of a receive ring of so many bytes: 256 in a page. */
    public static int rxSlotCount(long ringBytes) {
        return RingLayout.slotCount(ringBytes, RX_REQUEST_BYTES);
    }
}
