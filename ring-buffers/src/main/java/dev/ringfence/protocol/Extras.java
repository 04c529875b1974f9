// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.protocol;

import dev.ringfence.memory.Window;

/** What the extra infos of one packet say. Types we don't know are skipped, as any receiver has to. */
final class Extras {
    private final ExtraInfo info = new ExtraInfo();
    private int seen;
    private int gsoType;
    private int gsoSize;
    private long multicastAddress;
    private boolean expectsMore;

    void clear() {
        seen = 0;
        gsoType = NetifLayout.GSO_NONE;
        gsoSize = 0;
        multicastAddress = 0;
        expectsMore = false;
    }

    void expect() {
        expectsMore = true;
    }

    /** The next slot is an extra info. */
    boolean expectsMore() {
        return expectsMore;
    }

    PacketVerdict add(Window source, long at) {
        info.decode(source, at);
        expectsMore = info.hasMore();
        if (info.type() == NetifLayout.EXTRA_NONE) {
            return PacketVerdict.EXTRA_WITHOUT_TYPE;
        }
        if (info.type() > NetifLayout.EXTRA_HASH) {
            return PacketVerdict.OK;
        }
        int bit = 1 << info.type();
        if ((seen & bit) != 0) {
            return PacketVerdict.EXTRA_TWICE;
        }
        seen |= bit;
        switch (info.type()) {
            case NetifLayout.EXTRA_GSO:
                return gso();
            case NetifLayout.EXTRA_MCAST_ADD:
            case NetifLayout.EXTRA_MCAST_DEL:
                multicastAddress = info.address();
                return PacketVerdict.OK;
            default:
                return PacketVerdict.OK;
        }
    }

    private PacketVerdict gso() {
        gsoType = info.gsoType();
        gsoSize = info.gsoSize();
        if (gsoType != NetifLayout.GSO_TCPV4 && gsoType != NetifLayout.GSO_TCPV6) {
            return PacketVerdict.GSO_TYPE;
        }
        return gsoSize == 0 ? PacketVerdict.GSO_SIZE : PacketVerdict.OK;
    }

    int gsoType() {
        return gsoType;
    }

    int gsoSize() {
        return gsoSize;
    }

    boolean has(int type) {
        return (seen & 1 << type) != 0;
    }

    long multicastAddress() {
        return multicastAddress;
    }
}
