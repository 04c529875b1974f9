// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.protocol;

import static dev.ringfence.protocol.NetifLayout.EXTRA_INFO;
import static dev.ringfence.protocol.NetifLayout.MALICIOUS_FRAGMENTS;
import static dev.ringfence.protocol.NetifLayout.MAX_FRAGMENTS;
import static dev.ringfence.protocol.NetifLayout.MIN_PACKET_BYTES;
import static dev.ringfence.protocol.NetifLayout.MORE_DATA;

import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;

/**
 * A packet on its way out of a guest, put together from slots of the transmit ring one after the other. For the back-end;
 * reusable, allocates nothing.
 *
 * <pre>
 *   packet.begin();
 *   do { ...copy the next slot; none left: the verdict is TRUNCATED...; packet.add(copy, at); } while (packet.isOpen());
 *   packet.verdict()
 * </pre>
 *
 * <table>
 *   <caption>The first that applies decides</caption>
 *   <tr><th>condition</th><th>verdict</th></tr>
 *   <tr><td>extra info of type 0, or of a known type a second time</td><td>violation</td></tr>
 *   <tr><td>GSO of no size, or neither TCP over IPv4 nor IPv6</td><td>violation</td></tr>
 *   <tr><td>a fragment but the first that crosses its page's end</td><td>violation</td></tr>
 *   <tr><td>20 fragments</td><td>violation</td></tr>
 *   <tr><td>a change of multicast groups: no packet at all</td><td>OK</td></tr>
 *   <tr><td>19 fragments</td><td>drop</td></tr>
 *   <tr><td>fragments that are together larger than the packet</td><td>drop</td></tr>
 *   <tr><td>a first fragment, all that the others leave, that crosses its page's end</td><td>violation</td></tr>
 *   <tr><td>less than an Ethernet header</td><td>drop</td></tr>
 * </table>
 *
 * <p>The limits are those of Linux's {@code netback}. Fragments without data are fine, and skipped. GSO without
 * {@code csum_blank} is taken for GSO with it.
 */
public final class TxPacket {
    private static final int PAGE_BYTES = SharedMemory.PAGE_BYTES;

    private final TxRequest request = new TxRequest();
    private final Extras extras = new Extras();
    private final int[] gref = new int[MALICIOUS_FRAGMENTS];
    private final int[] offset = new int[MALICIOUS_FRAGMENTS];
    private final int[] size = new int[MALICIOUS_FRAGMENTS];
    private final int[] id = new int[MALICIOUS_FRAGMENTS];
    private int fragments;
    private int extraCount;
    private int firstFlags;
    private int bytes;
    private boolean open;
    private PacketVerdict verdict = PacketVerdict.OK;

    public void begin() {
        extras.clear();
        fragments = 0;
        extraCount = 0;
        open = true;
        verdict = PacketVerdict.OK;
    }

    /** Reads the packet's next slot, each byte once. */
    public void add(Window source, long at) {
        if (!open) {
            throw new IllegalStateException("the packet is complete: slots=" + slots());
        }
        if (extras.expectsMore()) {
            extraCount++;
            end(extras.add(source, at));
        } else {
            request.decode(source, at);
            addFragment();
        }
        open = verdict == PacketVerdict.OK && (extras.expectsMore() || request.has(MORE_DATA));
        if (!open && verdict == PacketVerdict.OK) {
            end(judge());
        }
    }

    private void addFragment() {
        if (fragments == 0) {
            firstFlags = request.flags();
            bytes = request.size();
            if (request.has(EXTRA_INFO)) {
                extras.expect();
            }
        } else if (request.offset() + request.size() > PAGE_BYTES) {
            end(PacketVerdict.OUTSIDE_PAGE);
        }
        gref[fragments] = request.gref();
        offset[fragments] = request.offset();
        size[fragments] = request.size();
        id[fragments] = request.id();
        fragments++;
        if (fragments == MALICIOUS_FRAGMENTS) {
            end(PacketVerdict.MALICIOUS_FRAGMENTS);
        }
    }

    private void end(PacketVerdict with) {
        if (verdict == PacketVerdict.OK) {
            verdict = with;
        }
    }

    private PacketVerdict judge() {
        if (isMulticastChange()) {
            return PacketVerdict.OK;
        }
        if (fragments > MAX_FRAGMENTS) {
            return PacketVerdict.TOO_MANY_FRAGMENTS;
        }
        for (int i = 1; i < fragments; i++) {
            size[0] -= size[i];
        }
        if (size[0] < 0) {
            return PacketVerdict.FRAGMENTS_EXCEED_PACKET;
        }
        if (offset[0] + size[0] > PAGE_BYTES) {
            return PacketVerdict.OUTSIDE_PAGE;
        }
        return bytes < MIN_PACKET_BYTES ? PacketVerdict.TOO_SHORT : PacketVerdict.OK;
    }

    /** More slots belong to the packet. */
    public boolean isOpen() {
        return open;
    }

    /** For a packet that is not {@link #isOpen open}. */
    public PacketVerdict verdict() {
        return verdict;
    }

    /** Slots read so far: the first, then the extra infos, then the other fragments. */
    public int slots() {
        return fragments + extraCount;
    }

    /** Whether the slot was an extra info: it is answered with {@link NetifLayout#NULL}. */
    public boolean isExtra(int slot) {
        return slot > 0 && slot <= extraCount;
    }

    /** The id of a slot that was no extra info. */
    public int id(int slot) {
        return id[slot == 0 ? 0 : slot - extraCount];
    }

    /** Of an {@link PacketVerdict#OK} packet. */
    public int fragmentCount() {
        return fragments;
    }

    public int gref(int fragment) {
        return gref[fragment];
    }

    /** Where the fragment begins in its page. */
    public int offset(int fragment) {
        return offset[fragment];
    }

    /** Bytes of the fragment, perhaps none; it ends in its page. */
    public int bytes(int fragment) {
        return size[fragment];
    }

    /** Bytes of the whole packet. */
    public int bytes() {
        return bytes;
    }

    /** The transport checksum is still to be completed: the field holds that of the pseudo header alone. */
    public boolean isChecksumBlank() {
        return (firstFlags & NetifLayout.TX_CSUM_BLANK) != 0 || gsoType() != NetifLayout.GSO_NONE;
    }

    public boolean isDataValidated() {
        return (firstFlags & NetifLayout.TX_DATA_VALIDATED) != 0;
    }

    /** {@link NetifLayout#GSO_NONE}, {@link NetifLayout#GSO_TCPV4} or {@link NetifLayout#GSO_TCPV6}. */
    public int gsoType() {
        return extras.gsoType();
    }

    /** Payload bytes of a segment; 1 to 65535 where there is a {@link #gsoType}. */
    public int gsoSize() {
        return extras.gsoSize();
    }

    /** No packet but a change of the multicast groups that the guest wants to hear; its data, if any, goes nowhere. */
    public boolean isMulticastChange() {
        return joinsGroup() || extras.has(NetifLayout.EXTRA_MCAST_DEL);
    }

    public boolean joinsGroup() {
        return extras.has(NetifLayout.EXTRA_MCAST_ADD);
    }

    /** See {@link ExtraInfo#address}. */
    public long group() {
        return extras.multicastAddress();
    }
}
