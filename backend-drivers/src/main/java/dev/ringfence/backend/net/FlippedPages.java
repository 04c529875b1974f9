// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.backend.QueueContext;
import dev.ringfence.domain.ReceiveMode;
import dev.ringfence.grant.GrantStatus;
import dev.ringfence.grant.GuardedPages;
import dev.ringfence.grant.OwnershipTable;
import dev.ringfence.grant.PagePools;
import dev.ringfence.grant.PageTransfer;
import dev.ringfence.grant.RegionLayout;
import dev.ringfence.memory.Window;
import dev.ringfence.ring.Defect;
import dev.ringfence.ring.ImplausibleJournalException;
import dev.ringfence.ring.Journal;
import dev.ringfence.ring.Settlement;

/**
 * Pages of the driver's own, which are handed over for those that the guest has posted: {@link PageTransfer}, slot by slot of a frame.
 *
 * <pre>
 *   step                                                              a successor that finds it to be the last
 *   {@link #claim}: the entry is committed                                     commits again
 *   the frame is read into pages of ours                              the frame is lost
 *   {@link #prepare}, then the answer is DONE, slot by slot                    the frame isn't whole in the journal: it is lost, nothing was handed over
 *   the answer of its last slot is DONE                               from here on the frame is the guest's
 *   {@link #complete}, slot by slot: pages change hands, entry completed       the same again, by the records: what was done stays
 *   the answers are in the ring, and committed                        nothing is left to do
 *   {@link #committed}: the pages taken may be filled                          all pages that the table has for the queue may be
 * </pre>
 *
 * <p>The record stands in the journal beside its entry, where other requests have their attachments. A slot without a page of data
 * (an extra info's) gives the guest its own page back.
 */
final class FlippedPages implements ReceivePages {
    private final Journal journal;
    private final OwnershipTable owners;
    private final int driver;
    private final int queue;
    private final PageTransfer transfer;
    private final PagePool pool;
    private final int poolPages;
    private final Window window;
    /** Null: all pages can be reached, whoever's they are. */
    private final GuardedPages guarded;

    FlippedPages(QueueContext context, QueueContext.Flips flips) {
        journal = context.journal();
        owners = flips.owners();
        driver = flips.driver();
        queue = context.queue();
        transfer = new PageTransfer(
                context.region(), owners, driver, context.connection().frontend(), queue);
        poolPages = PagePools.frames(journal.slots());
        pool = new PagePool(poolPages, journal.slots());
        boolean guard = context.connection().receive() == ReceiveMode.FLIP_GUARDED;
        guarded = guard ? new GuardedPages(flips.region()) : null;
        window = guard ? guarded.window() : context.region();
    }

    /** What is to be filled next. */
    PagePool pool() {
        return pool;
    }

    /** In which the pool's pages are at {@link RegionLayout#offset}. */
    Window window() {
        return window;
    }

    @Override
    public int claim(int gref) {
        return transfer.commit(gref);
    }

    @Override
    public void release(int gref) {
        // It is the guest's already: the entry says so.
    }

    private long record(int entry) {
        return journal.attachmentOffset(entry);
    }

    @Override
    public void prepare(int entry, int gref, int frame, boolean filled) {
        if (filled) {
            transfer.prepare(journal.window(), record(entry), gref, frame, pool.remove());
        } else {
            transfer.prepareReturn(journal.window(), record(entry), gref, frame);
        }
        if (Defect.FLIPPED_BEFORE_JOURNALLED.isOn()) {
            transfer.exchange(journal.window(), record(entry));
        }
    }

    @Override
    public int complete(int entry) {
        Window records = journal.window();
        long at = record(entry);
        if (PageTransfer.isReturn(records, at)) {
            return transfer.exchange(records, at);
        }
        if (guarded != null) {
            guarded.give(PageTransfer.full(records, at), 1);
        }
        int status = transfer.exchange(records, at);
        if (status == GrantStatus.OKAY) {
            int page = PageTransfer.empty(records, at);
            pool.take(page);
            if (guarded != null) {
                guarded.take(page, 1);
            }
        }
        return status;
    }

    @Override
    public void committed() {
        pool.committed();
    }

    @Override
    public void examine(Settlement settlement) {
        require(owners.isPlausible(), "ownership table", owners.frames());
        int ours = 0;
        for (int frame = 0; frame < owners.frames(); frame++) {
            ours += OwnershipTable.isOf(owners.word(frame), driver, queue) ? 1 : 0;
        }
        // A page is taken before one is given: by whoever died there, one more.
        require(ours == poolPages || ours == poolPages + 1, "pages of the queue", ours);
        for (int i = 0; i < whole(settlement); i++) {
            int entry = settlement.answered(i);
            require(transfer.isPlausible(journal.window(), record(entry)), "record of an exchange", entry);
        }
    }

    private static void require(boolean holds, String name, int value) {
        if (!holds) {
            throw new ImplausibleJournalException(name + "=" + value);
        }
    }

    /** How many buffers hold frames that are whole in the journal. */
    private int whole(Settlement settlement) {
        int whole = settlement.answeredCount();
        while (whole > 0 && !RxAnswer.isLast(journal.status(settlement.answered(whole - 1)))) {
            whole--;
        }
        return whole;
    }

    @Override
    public int finish(Settlement settlement) {
        transfer.forget();
        int whole = whole(settlement);
        for (int i = 0; i < whole && !Defect.FLIP_NOT_FINISHED.isOn(); i++) {
            int status = transfer.exchange(journal.window(), record(settlement.answered(i)));
            if (status != GrantStatus.OKAY) {
                return status;
            }
        }
        return whole;
    }

    @Override
    public void begin() {
        pool.rebuild(owners, driver, queue);
        if (guarded != null) {
            guarded.takeOwned(owners, driver, queue);
        }
    }

    @Override
    public void close() {
        if (guarded != null) {
            guarded.close();
        }
    }
}
