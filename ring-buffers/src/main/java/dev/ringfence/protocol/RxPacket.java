// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.protocol;

import static dev.ringfence.protocol.NetifLayout.EXTRA_INFO;
import static dev.ringfence.protocol.NetifLayout.MALICIOUS_FRAGMENTS;
import static dev.ringfence.protocol.NetifLayout.MORE_DATA;
import static dev.ringfence.protocol.NetifLayout.RX_GSO_PREFIX;

import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;

/**
 * A packet on its way into a guest, put together from slots of the receive ring one after the other. For the front-end;
 * reusable, allocates nothing. To be used as {@link TxPacket} is.
 *
 * <table>
 *   <caption>The first that applies decides</caption>
 *   <tr><th>condition</th><th>verdict</th></tr>
 *   <tr><td>the chain ends before the packet does</td><td>violation, by the caller</td></tr>
 *   <tr><td>extra info of type 0, or of a known type a second time; GSO told by a prefix</td><td>violation</td></tr>
 *   <tr><td>GSO of no size, or neither TCP over IPv4 nor IPv6</td><td>violation</td></tr>
 *   <tr><td>a fragment that crosses its page's end</td><td>violation</td></tr>
 *   <tr><td>20 fragments</td><td>violation</td></tr>
 *   <tr><td>a fragment with an error for a size</td><td>drop, all of it</td></tr>
 *   <tr><td>less than an Ethernet header</td><td>drop</td></tr>
 * </table>
 *
 * <p>Which buffer a fragment is in follows from its slot's place in the ring, never from the id in it: an extra info would have
 * overwritten that.
 */
public final class RxPacket {
    private final RxResponse response = new RxResponse();
    private final Extras extras = new Extras();
    private final int[] slot = new int[MALICIOUS_FRAGMENTS];
    private final int[] offset = new int[MALICIOUS_FRAGMENTS];
    private final int[] size = new int[MALICIOUS_FRAGMENTS];
    private int fragments;
    private int slots;
    private int bytes;
    private boolean checksumBlank;
    private boolean dataValidated;
    private boolean failed;
    private boolean open;
    private PacketVerdict verdict = PacketVerdict.OK;

    public void begin() {
        extras.clear();
        fragments = 0;
        slots = 0;
        bytes = 0;
        failed = false;
        open = true;
        verdict = PacketVerdict.OK;
    }

    /** Reads the packet's next slot, each byte once. */
    public void add(Window source, long at) {
        if (!open) {
            throw new IllegalStateException("the packet is complete: slots=" + slots);
        }
        if (extras.expectsMore()) {
            verdict = extras.add(source, at);
        } else {
            response.decode(source, at);
            verdict = addFragment();
        }
        slots++;
        open = verdict == PacketVerdict.OK && (extras.expectsMore() || response.has(MORE_DATA));
        if (!open && verdict == PacketVerdict.OK) {
            verdict = judge();
        }
    }

    private PacketVerdict addFragment() {
        if (fragments == 0) {
            checksumBlank = response.has(NetifLayout.RX_CSUM_BLANK);
            dataValidated = response.has(NetifLayout.RX_DATA_VALIDATED);
            if (response.has(RX_GSO_PREFIX)) {
                return PacketVerdict.GSO_PREFIX;
            }
            if (response.has(EXTRA_INFO)) {
                extras.expect();
            }
        }
        int length = Math.max(response.status(), 0);
        failed |= response.status() < 0;
        slot[fragments] = slots;
        offset[fragments] = response.offset();
        size[fragments] = length;
        fragments++;
        bytes += length;
        if (response.offset() + length > SharedMemory.PAGE_BYTES) {
            return PacketVerdict.OUTSIDE_PAGE;
        }
        return fragments == MALICIOUS_FRAGMENTS ? PacketVerdict.MALICIOUS_FRAGMENTS : PacketVerdict.OK;
    }

    private PacketVerdict judge() {
        if (failed) {
            return PacketVerdict.PEER_ERROR;
        }
        return bytes < NetifLayout.MIN_PACKET_BYTES ? PacketVerdict.TOO_SHORT : PacketVerdict.OK;
    }

    /** More slots belong to the packet. */
    public boolean isOpen() {
        return open;
    }

    /** For a packet that is not {@link #isOpen open}. */
    public PacketVerdict verdict() {
        return verdict;
    }

    /** Slots read so far. */
    public int slots() {
        return slots;
    }

    public int fragmentCount() {
        return fragments;
    }

    /** Which of the packet's slots the fragment was in, from 0: it is in the buffer that was posted there. */
    public int slot(int fragment) {
        return slot[fragment];
    }

    /** Where the fragment begins in its page. */
    public int offset(int fragment) {
        return offset[fragment];
    }

    /** Bytes of the fragment; it ends in its page. */
    public int bytes(int fragment) {
        return size[fragment];
    }

    /** Bytes of the whole packet. */
    public int bytes() {
        return bytes;
    }

    /** The transport checksum is still to be completed: the field holds that of the pseudo header alone. */
    public boolean isChecksumBlank() {
        return checksumBlank || gsoType() != NetifLayout.GSO_NONE;
    }

    /** Somebody has checked the transport checksum. */
    public boolean isDataValidated() {
        return dataValidated;
    }

    /** {@link NetifLayout#GSO_NONE}, {@link NetifLayout#GSO_TCPV4} or {@link NetifLayout#GSO_TCPV6}. */
    public int gsoType() {
        return extras.gsoType();
    }

    /** Payload bytes of a segment; 1 to 65535 where there is a {@link #gsoType}. */
    public int gsoSize() {
        return extras.gsoSize();
    }
}
