// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.backend.QueueContext;
import dev.ringfence.grant.GrantMap;
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
 * has posted so many. Each is an entry of the journal, TAKEN, and pinned. Confined to the worker; allocates nothing.
 */
final class PostedBuffers {
    static final int BYTES = RegionLayout.PAGE_BYTES;
    /** For 64 KiB and a header, and an extra info. */
    static final int WANTED = 18;

    private final Journal journal;
    private final GrantMap grants;
    private final QueueContext context;
    private final RxRequest request = new RxRequest();
    private final int[] entries;
    private final int[] frames;
    private int first;
    private int count;
    private BackRing ring;
    private String violation;

    PostedBuffers(QueueContext context) {
        this.context = context;
        this.journal = context.journal();
        this.grants = context.grants();
        this.entries = new int[journal.slots()];
        this.frames = new int[journal.slots()];
    }

    /** Takes over what a predecessor had; of a frame that it had not committed nothing is left. */
    void recover(BackRing from, Settlement settlement) {
        ring = from;
        // The last one first: who dies here leaves those that still count as answered in a row.
        for (int i = settlement.answeredCount() - 1; i >= 0; i--) {
            journal.reopen(settlement.answered(i));
        }
        for (int i = 0; i < settlement.answeredCount() && !Defect.FILLED_BUFFERS_FORGOTTEN.isOn(); i++) {
            add(settlement.answered(i));
        }
        for (int i = 0; i < settlement.unfinishedCount(); i++) {
            add(settlement.unfinished(i));
        }
    }

    private boolean add(int entry) {
        request.decode(journal.window(), journal.requestOffset(entry));
        int frame = grants.pin(request.gref(), true);
        if (frame < 0) {
            violation = "grant " + Integer.toUnsignedString(request.gref()) + ": " + GrantStatus.name(frame);
            return false;
        }
        int at = first + count++ & entries.length - 1;
        entries[at] = entry;
        frames[at] = frame;
        return true;
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

    /** The journal's entry of the oldest one. */
    int first() {
        return entries[first];
    }

    /** Its guest's id of a buffer. */
    int id(int entry) {
        request.decode(journal.window(), journal.requestOffset(entry));
        return request.id();
    }

    /** The oldest one has its answer in the ring: nothing is written into it any more. */
    void giveBack() {
        request.decode(journal.window(), journal.requestOffset(entries[first]));
        grants.unpin(request.gref(), true);
        first = first + 1 & entries.length - 1;
        count--;
    }
}
