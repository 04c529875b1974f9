// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.backend.QueueContext;
import dev.ringfence.grant.GrantStatus;
import dev.ringfence.grant.RegionLayout;
import dev.ringfence.protocol.NetifLayout;
import dev.ringfence.protocol.RxRequest;
import dev.ringfence.ring.BackRing;
import dev.ringfence.ring.Defect;
import dev.ringfence.ring.Journal;
import dev.ringfence.ring.Settlement;

/**
 * The buffers taken from a receive ring and not given back yet, oldest first: enough for the largest frame, where the guest
 * has posted so many. Each is an entry of the journal, TAKEN, and claimed. Confined to the worker; allocates nothing.
 */
final class PostedBuffers {
    static final int BYTES = RegionLayout.PAGE_BYTES;
    /** For 64 KiB and a header, and an extra info. */
    static final int WANTED = 18;

    private final Journal journal;
    private final ReceivePages pages;
    private final QueueContext context;
    private final RxRequest request = new RxRequest();
    private final int[] entries;
    private final int[] frames;
    private int first;
    private int count;
    private BackRing ring;
    private String violation;

    PostedBuffers(QueueContext context, ReceivePages pages) {
        this.context = context;
        this.journal = context.journal();
        this.pages = pages;
        this.entries = new int[journal.slots()];
        this.frames = new int[journal.slots()];
    }

    /**
     * Takes over what a predecessor had; of a frame that it had not committed nothing is left.
     *
     * @param kept how many of the answered buffers stay answered
     */
    void recover(BackRing from, Settlement settlement, int kept) {
        ring = from;
        // The last one first: who dies here leaves those that still count as answered in a row.
        for (int i = settlement.answeredCount() - 1; i >= kept; i--) {
            journal.reopen(settlement.answered(i));
        }
        for (int i = kept; i < settlement.answeredCount() && !Defect.FILLED_BUFFERS_FORGOTTEN.isOn(); i++) {
            add(settlement.answered(i));
        }
        for (int i = 0; i < settlement.unfinishedCount(); i++) {
            add(settlement.unfinished(i));
        }
    }

    private boolean add(int entry) {
        request.decode(journal.window(), journal.requestOffset(entry));
        int frame = pages.claim(request.gref());
        if (frame < 0) {
            refuse(frame);
            return false;
        }
        int at = first + count++ & entries.length - 1;
        entries[at] = entry;
        frames[at] = frame;
        return true;
    }

    /** The guest has not posted what a correct front-end does, by the decoded request. */
    private void refuse(int status) {
        violation = "grant " + Integer.toUnsignedString(request.gref()) + ": " + GrantStatus.name(status);
    }

    /** What the guest did that no correct front-end does, or null. */
    String violation() {
        return violation;
    }

    /** Takes more, if it has to: true when there are so many. */
    boolean hold(int wanted) {
        while (count < wanted && violation == null && take()) {}
        return count >= wanted && violation == null;
    }

    private boolean take() {
        int available = ring.requestsAvailable();
        if (available == BackRing.OVERFLOW) {
            violation = "request producer ran past the ring";
        }
        if (available <= 0) {
            return false;
        }
        int entry = journal.open();
        long at = journal.requestOffset(entry);
        context.ring()
                .copyTo(ring.requestOffset(ring.nextRequest()), journal.window(), at, NetifLayout.RX_REQUEST_BYTES);
        journal.take(entry, NetifLayout.RX_REQUEST_BYTES, 0);
        ring.advanceRequest();
        return add(entry);
    }

    int count() {
        return count;
    }

    boolean isEmpty() {
        return count == 0;
    }

    boolean areShort() {
        return count < WANTED;
    }

    /** Where a buffer is in the region; 0: the oldest. */
    long offset(int number) {
        return RegionLayout.offset(frames[first + number & frames.length - 1]);
    }

    /** The journal's entry of a buffer; 0: the oldest. */
    int entry(int number) {
        return entries[first + number & entries.length - 1];
    }

    /** Before the answer to a buffer is journalled: {@link ReceivePages#prepare}. */
    void prepare(int number, boolean filled) {
        int entry = entry(number);
        request.decode(journal.window(), journal.requestOffset(entry));
        pages.prepare(entry, request.gref(), frames[first + number & frames.length - 1], filled);
    }

    /** When all answers of a frame are: the guest gets the buffer, or has broken the protocol. */
    boolean complete(int entry) {
        int status = pages.complete(entry);
        if (status < 0) {
            request.decode(journal.window(), journal.requestOffset(entry));
            refuse(status);
        }
        return status >= 0;
    }

    /** What a predecessor has begun to hand over is; how many of the answered buffers stay so. */
    int finish(Settlement settlement) {
        int kept = pages.finish(settlement);
        if (kept < 0) {
            violation = "pages that a predecessor handed over: " + GrantStatus.name(kept);
        }
        return Math.max(kept, 0);
    }

    /** Its guest's id of a buffer. */
    int id(int entry) {
        request.decode(journal.window(), journal.requestOffset(entry));
        return request.id();
    }

    /** The oldest one has its answer in the ring: nothing is written into it any more. */
    void giveBack() {
        request.decode(journal.window(), journal.requestOffset(entries[first]));
        pages.release(request.gref());
        first = first + 1 & entries.length - 1;
        count--;
    }
}
