// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.protocol.FrameHeaders;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Whom a guest may say that it is: its own Ethernet address, and, where its addresses are listed, those. Then it sends ARP, IPv4 and
 * IPv6 alone, with a source that is listed or none yet (0.0.0.0, ::), or the link-local address that follows from its Ethernet address.
 * What it says inside neighbour discovery is not looked at. Any thread; allocates nothing.
 */
final class SourceRule {
    private static final long LINK_LOCAL = 0xfe80L << 48;
    private static final long EUI64_FILLER = 0xfffe000000L;
    private static final long EUI64_LOCAL = 2L << 56;

    private final long address;
    private final boolean anyAddress;
    private final boolean locked;
    private final int[] four;
    /** By two: the halves of each. */
    private final long[] six;

    /**
     * @param address the NIC's own Ethernet address
     * @param spoof it may send as anybody, as far as Ethernet goes
     * @param sources the IP addresses it may send from; empty: any
     */
    SourceRule(long address, boolean spoof, List<InetAddress> sources) {
        this.address = address;
        this.anyAddress = spoof;
        this.locked = !sources.isEmpty();
        this.four = sources.stream()
                .filter(Inet4Address.class::isInstance)
                .mapToInt(source -> ByteBuffer.wrap(source.getAddress()).getInt())
                .toArray();
        this.six = sources.stream()
                .filter(source -> !(source instanceof Inet4Address))
                .map(source -> ByteBuffer.wrap(source.getAddress()))
                .flatMapToLong(bytes -> java.util.stream.LongStream.of(bytes.getLong(), bytes.getLong()))
                .toArray();
    }

    /** Whether a frame is from whom its port belongs to. */
    boolean admits(FrameHeaders frame) {
        return (anyAddress || frame.source() == address && isOwn(frame)) && (!locked || isListed(frame));
    }

    /** An ARP packet says whose Ethernet address it tells, too. */
    private boolean isOwn(FrameHeaders frame) {
        return frame.etherType() != FrameHeaders.ARP || frame.isArp() && frame.arpSender() == address;
    }

    private boolean isListed(FrameHeaders frame) {
        if (frame.isArp()) {
            return isListed(frame.arpSenderAddress());
        }
        return frame.isIpv4()
                ? isListed(frame.ipv4Source())
                : frame.isIpv6() && isListed(frame.ipv6SourceHigh(), frame.ipv6SourceLow());
    }

    private boolean isListed(int source) {
        boolean listed = source == 0;
        for (int one : four) {
            listed |= one == source;
        }
        return listed;
    }

    private boolean isListed(long high, long low) {
        boolean listed = (high | low) == 0 || high == LINK_LOCAL && low == interfaceIdentifier();
        for (int i = 0; i < six.length; i += 2) {
            listed |= six[i] == high && six[i + 1] == low;
        }
        return listed;
    }

    /** Modified EUI-64 (RFC 4291, appendix A). */
    private long interfaceIdentifier() {
        long upper = address >>> 24 << 40;
        return (upper | EUI64_FILLER | address & 0xffffff) ^ EUI64_LOCAL;
    }
}
