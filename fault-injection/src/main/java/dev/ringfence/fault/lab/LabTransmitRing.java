// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.fault.DiskHistory.Nature;
import dev.ringfence.fault.FrameHistory;
import dev.ringfence.fault.TaggedFrame;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.ExtraInfo;
import dev.ringfence.protocol.NetifLayout;
import dev.ringfence.protocol.TxRequest;
import dev.ringfence.protocol.TxResponse;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** A guest's transmit ring: what an answer is about it knows by the id alone, as Linux does. One thread. */
final class LabTransmitRing extends GuestRing {
    private final TxResponse response = new TxResponse();
    private final Map<Integer, Fragment> fragments = new HashMap<>();
    private final Map<TaggedFrame, Integer> unanswered = new LinkedHashMap<>();
    private int nextId;
    private int extras;

    /** A frame that has slots in the ring. */
    private static final class Sending {
        final TaggedFrame frame;
        int unanswered;
        boolean failed;

        Sending(TaggedFrame frame) {
            this.frame = frame;
        }
    }

    /** What is in one slot that is no extra info. */
    private record Fragment(Sending of, GuestPages.Page page, byte[] content, int from, int length) {}

    LabTransmitRing(Window region, int frame, int firstIndex, GuestPages pages, FrameHistory history) {
        super("transmit", region, frame, NetifLayout.TX_REQUEST_BYTES, firstIndex, pages, history);
    }

    /** Puts a frame into the ring, not yet visible, in so many pieces of about the same size. */
    void submit(TaggedFrame frame, int pieces) {
        Sending sending = new Sending(frame);
        unanswered.put(frame, pieces);
        byte[] content = frame.content();
        int piece = (content.length + pieces - 1) / pieces;
        boolean cut = frame.segmentBytes() > 0;
        for (int at = 0; at < content.length; at += piece) {
            int length = Math.min(piece, content.length - at);
            GuestPages.Page page = pages.grant(content, at, length);
            int flags = at + length < content.length ? NetifLayout.MORE_DATA : 0;
            if (at == 0 && frame.checksumBlank()) {
                flags |= NetifLayout.TX_CSUM_BLANK | NetifLayout.TX_DATA_VALIDATED | (cut ? NetifLayout.EXTRA_INFO : 0);
            }
            int id = nextId++ * 7 & 0xffff;
            fragments.put(id, new Fragment(sending, page, content, at, length));
            sending.unanswered++;
            int size = at == 0 ? content.length : length;
            TxRequest.encode(ring.window(), ring.requestOffset(), page.ref(), 0, flags, id, size);
            ring.advanceRequest();
            if (at == 0 && cut) {
                ExtraInfo.encodeGso(
                        ring.window(), ring.requestOffset(), NetifLayout.GSO_TCPV4, frame.segmentBytes(), false);
                ring.advanceRequest();
                extras++;
            }
        }
    }

    /** Has another ring send, in their order, the frames that are not answered. */
    void moveTo(LabTransmitRing other) {
        unanswered.forEach(other::submit);
        unanswered.clear();
    }

    @Override
    void take(int available) {
        response.decode(ring.window(), ring.responseOffset());
        ring.advanceResponse();
        int status = response.status();
        if (status == NetifLayout.NULL) {
            if (--extras < 0) {
                refuse("an answer to an extra info that there is not");
            }
            return;
        }
        Fragment fragment = fragments.remove(response.id());
        if (fragment == null) {
            refuse("an answer to nothing: id=" + response.id() + " status=" + status);
        } else if (status > NetifLayout.OKAY || status < NetifLayout.DROPPED) {
            refuse("an answer that means nothing: id=" + response.id() + " status=" + status);
        } else {
            answered(fragment, status);
        }
        if (outstanding() == 0 && (extras != 0 || !fragments.isEmpty())) {
            refuse("all slots are answered, and " + fragments.size() + " fragments and " + extras
                    + " extra infos are not");
        }
    }

    private void answered(Fragment fragment, int status) {
        byte[] found = new byte[fragment.length()];
        pages.read(fragment.page(), 0, found, 0, found.length);
        int from = fragment.from();
        if (!Arrays.equals(found, 0, found.length, fragment.content(), from, from + found.length)) {
            history.violation(
                    Nature.DATA, "page " + fragment.page().page() + " was written to, and is to be read only");
        }
        pages.takeBack(fragment.page());
        Sending sending = fragment.of();
        sending.failed |= status != NetifLayout.OKAY;
        if (--sending.unanswered == 0) {
            unanswered.remove(sending.frame);
            history.answered(sending.frame, !sending.failed);
        }
    }
}
