// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.backend.QueueContext;
import dev.ringfence.grant.GrantMap;
import dev.ringfence.grant.GrantStatus;
import dev.ringfence.grant.RegionLayout;
import dev.ringfence.memory.IoVector;
import dev.ringfence.memory.PrivateMemory;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.FrameHeaders;
import dev.ringfence.protocol.NetifLayout;
import dev.ringfence.protocol.TxPacket;
import dev.ringfence.protocol.VirtioNetHeader;
import dev.ringfence.ring.Activity;

/**
 * Sends a guest's packet from the pages it is in. Its headers are copied first, and parsed and sent from the copy: the guest
 * could change them under us. Confined to the worker; allocates nothing.
 */
final class PacketSender {
    /** Instead of a status: the guest's grants are not what a correct front-end gives. */
    static final int VIOLATION = Integer.MIN_VALUE;

    private final QueueContext context;
    private final GrantMap grants;
    private final NetworkPort port;
    private final PrivateMemory memory = new PrivateMemory(VirtioNetHeader.BYTES + FrameHeaders.MAX_BYTES);
    private final Window headers = memory.window();
    private final FrameHeaders frame = new FrameHeaders();
    private final IoVector vector = new IoVector(1 + NetifLayout.MAX_FRAGMENTS);
    private final int[] pinned = new int[NetifLayout.MAX_FRAGMENTS];
    private final int[] frames = new int[NetifLayout.MAX_FRAGMENTS];
    private int pinnedCount;
    private String violation;

    PacketSender(QueueContext context, NetworkPort port) {
        this.context = context;
        this.grants = context.grants();
        this.port = port;
    }

    String violation() {
        return violation;
    }

    /** Sends an {@link dev.ringfence.protocol.PacketVerdict#OK} packet; its netif status, or {@link #VIOLATION}. */
    int send(TxPacket packet) {
        if (!pin(packet)) {
            unpin();
            return VIOLATION;
        }
        int copied = copyHeaders(packet);
        frame.decode(headers, VirtioNetHeader.BYTES, copied);
        if (!VirtioNetHeader.encode(headers, 0, frame, packet.isChecksumBlank(), packet.gsoType(), packet.gsoSize())) {
            return NetifLayout.ERROR;
        }
        gather(packet, copied);
        context.journal().begin(Activity.DEVICE);
        int result = port.send(vector, frame, packet.gsoType());
        context.journal().begin(Activity.SERVING);
        return result == 0 ? NetifLayout.OKAY : NetifLayout.DROPPED;
    }

    private boolean pin(TxPacket packet) {
        for (int i = 0; i < packet.fragmentCount(); i++) {
            frames[i] = grants.pin(packet.gref(i), false);
            if (frames[i] < 0) {
                violation = "grant " + Integer.toUnsignedString(packet.gref(i)) + ": " + GrantStatus.name(frames[i]);
                return false;
            }
            pinned[pinnedCount++] = packet.gref(i);
        }
        return true;
    }

    /** Gives back the pages of the last packet. */
    void unpin() {
        for (int i = 0; i < pinnedCount; i++) {
            grants.unpin(pinned[i], false);
        }
        pinnedCount = 0;
    }

    private long offset(TxPacket packet, int fragment) {
        return RegionLayout.offset(frames[fragment]) + packet.offset(fragment);
    }

    private int copyHeaders(TxPacket packet) {
        int wanted = Math.min(packet.bytes(), FrameHeaders.MAX_BYTES);
        int copied = 0;
        for (int i = 0; copied < wanted; i++) {
            int length = Math.min(packet.bytes(i), wanted - copied);
            context.region().copyTo(offset(packet, i), headers, VirtioNetHeader.BYTES + (long) copied, length);
            copied += length;
        }
        return copied;
    }

    /** The copied headers, then what is behind them in the pages. */
    private void gather(TxPacket packet, int copied) {
        vector.clear();
        vector.add(headers, 0, VirtioNetHeader.BYTES + (long) copied);
        int skip = copied;
        for (int i = 0; i < packet.fragmentCount(); i++) {
            int skipped = Math.min(skip, packet.bytes(i));
            int length = packet.bytes(i) - skipped;
            if (length > 0) {
                vector.add(context.region(), offset(packet, i) + skipped, length);
            }
            skip -= skipped;
        }
    }
}
