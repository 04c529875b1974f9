// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.grant;

import static dev.ringfence.grant.GrantEntry.ACCEPT_TRANSFER;
import static dev.ringfence.grant.GrantEntry.FRAME;
import static dev.ringfence.grant.GrantEntry.RESERVED_REFS;
import static dev.ringfence.grant.GrantEntry.TRANSFER_COMMITTED;
import static dev.ringfence.grant.GrantEntry.TRANSFER_COMPLETED;

import dev.ringfence.memory.Window;

/**
 * The driver's side of page flips: hands the guest a full page for an empty one, within one I/O region. Nothing is copied, and
 * neither side's number of pages changes.
 *
 * <pre>
 *   guest        GrantTable.acceptTransfer    entry: accept_transfer, the empty frame
 *   (1) driver   {@link #commit}                       entry: committed; the guest can't take the frame back any more
 *   (2) driver   fills a page of its own
 *   (3) driver   {@link #prepare}                      record: which two pages, and their words in the ownership table
 *                the record and the answer are journalled
 *   (4) driver   {@link #exchange}                     table: the empty page is ours; table: the full page is the guest's;
 *                                             entry: the full frame, completed
 *                the answer is put into the ring, and committed
 *   guest        GrantTable.endTransfer       the full frame
 * </pre>
 *
 * <p>An answer that takes several entries has all its records and answers journalled, (3), before the first {@link #exchange}: a
 * successor that finds only some of them takes them for none, and begins at (2) again.
 *
 * <p>An answer without a page of data, such as an extra info, has a record too, from {@link #prepareReturn}: the guest gets the page
 * back that it offered. So every entry that was committed is completed, and the guest needs no other way to get a page.
 *
 * <p>A successor that finds the journalled record says {@link #exchange} again: what was done is left as it is. That is true as
 * long as the page taken is not filled again before the answer is committed.
 *
 * <p>Nothing in the guest's entry is believed twice: from (3) on only the record and the table count. By the holder of the queue's
 * lease; allocates nothing.
 */
public final class PageTransfer {
    /** What a record takes in the journal. */
    public static final int RECORD_BYTES = 24;

    private static final int REF = 0;
    private static final int EMPTY = 4;
    private static final int EMPTY_WORD = 8;
    private static final int FULL = 12;
    private static final int FULL_WORD = 16;
    private static final int SUM = 20;
    private static final int SUM_SEED = 0x5BD1E995;

    private final RegionLayout layout;
    private final Window table;
    private final OwnershipTable owners;
    private final int driver;
    private final int guest;
    private final int queue;
    /** Of the frames that this queue's committed entries offer: a frame can't be offered twice at a time. */
    private final boolean[] pledged;

    /**
     * @param region the guest's I/O region
     * @param queue whose lease's holder this is for
     */
    public PageTransfer(Window region, OwnershipTable owners, int driver, int guest, int queue) {
        this.layout = RegionLayout.of(region);
        this.table = layout.table(region);
        this.owners = owners;
        this.driver = driver;
        this.guest = guest;
        this.queue = queue;
        this.pledged = new boolean[layout.frames()];
        if (owners.frames() != layout.frames()) {
            throw new IllegalArgumentException(
                    "owners.frames=" + owners.frames() + " region.frames=" + layout.frames());
        }
    }

    /**
     * Step 1: takes the guest's offer of an empty page for a full one. A successor says it again of every entry that is not
     * answered; before that, nothing is pledged.
     *
     * @return the empty frame, or a negative {@link GrantStatus}
     */
    public int commit(int ref) {
        if (ref < RESERVED_REFS || ref >= layout.refs()) {
            return GrantStatus.BAD_GNTREF;
        }
        long at = GrantEntry.offset(ref);
        int offered = GrantEntry.word(ACCEPT_TRANSFER, driver);
        if (!table.compareAndSetInt(at, offered, offered | TRANSFER_COMMITTED)
                && table.getIntAcquire(at) != (offered | TRANSFER_COMMITTED)) {
            boolean ours = GrantEntry.domid(table.getIntAcquire(at)) == driver;
            return ours ? GrantStatus.BAD_GNTREF : GrantStatus.PERMISSION_DENIED;
        }
        int frame = table.getInt(at + FRAME);
        if (!layout.isGuestFrame(frame) || pledged[frame] || OwnershipTable.owner(owners.word(frame)) != guest) {
            return GrantStatus.BAD_PAGE;
        }
        pledged[frame] = true;
        return frame;
    }

    /** Forgets all offers; before a successor takes them over. */
    public void forget() {
        java.util.Arrays.fill(pledged, false);
    }

    /**
     * Step 3: writes down what {@link #exchange} is to do.
     *
     * @param empty what {@link #commit} said
     * @param full a page of this queue
     */
    public void prepare(Window record, long at, int ref, int empty, int full) {
        int fullWord = owners.word(full);
        if (!OwnershipTable.isOf(fullWord, driver, queue)) {
            throw new IllegalStateException("not ours to give: frame=" + full + " queue=" + queue);
        }
        write(record, at, ref, empty, full, fullWord);
    }

    /** As {@link #prepare}, of an answer that has no page of data: the offered one is to be given back. */
    public void prepareReturn(Window record, long at, int ref, int empty) {
        write(record, at, ref, empty, empty, owners.word(empty));
    }

    private void write(Window record, long at, int ref, int empty, int full, int fullWord) {
        record.putInt(at + REF, ref);
        record.putInt(at + EMPTY, empty);
        record.putInt(at + EMPTY_WORD, owners.word(empty));
        record.putInt(at + FULL, full);
        record.putInt(at + FULL_WORD, fullWord);
        record.putInt(at + SUM, sum(record, at));
    }

    /** False: this is no record that {@link #prepare} has written for this region and queue. */
    public boolean isPlausible(Window record, long at) {
        int ref = record.getInt(at + REF);
        return record.getInt(at + SUM) == sum(record, at)
                && ref >= RESERVED_REFS
                && ref < layout.refs()
                && layout.isGuestFrame(record.getInt(at + EMPTY))
                && layout.isGuestFrame(record.getInt(at + FULL))
                && OwnershipTable.owner(record.getInt(at + EMPTY_WORD)) == guest
                && (isReturn(record, at) || OwnershipTable.isOf(record.getInt(at + FULL_WORD), driver, queue));
    }

    /** True for a record of {@link #prepareReturn}. */
    public static boolean isReturn(Window record, long at) {
        return full(record, at) == empty(record, at);
    }

    /** The page that a record gives away. */
    public static int full(Window record, long at) {
        return record.getInt(at + FULL);
    }

    /** The page that a record takes. */
    public static int empty(Window record, long at) {
        return record.getInt(at + EMPTY);
    }

    /**
     * Step 4, or what is left of it: takes the empty page, gives the full one, tells the guest.
     *
     * @return {@link GrantStatus#OKAY}; or {@link GrantStatus#BAD_PAGE}: the guest has offered the same page elsewhere, and gets nothing
     */
    public int exchange(Window record, long at) {
        int empty = record.getInt(at + EMPTY);
        int full = record.getInt(at + FULL);
        boolean moved = empty == full
                ? owners.word(empty) == record.getInt(at + EMPTY_WORD)
                // Taken first: a guest whose page turns out to be gone has got nothing for it.
                : move(empty, record.getInt(at + EMPTY_WORD), driver, queue)
                        && move(full, record.getInt(at + FULL_WORD), guest, 0);
        if (!moved) {
            return GrantStatus.BAD_PAGE;
        }
        pledged[empty] = false;
        long entry = GrantEntry.offset(record.getInt(at + REF));
        table.putInt(entry + FRAME, full);
        // The guest sees the frame before it sees that it is complete.
        table.putIntRelease(entry, GrantEntry.word(ACCEPT_TRANSFER | TRANSFER_COMMITTED | TRANSFER_COMPLETED, driver));
        return GrantStatus.OKAY;
    }

    /** True when the page has changed hands, now or before. */
    private boolean move(int frame, int expected, int owner, int ownerQueue) {
        return owners.transfer(frame, expected, owner, ownerQueue)
                || owners.word(frame) == OwnershipTable.next(expected, owner, ownerQueue);
    }

    private static int sum(Window record, long at) {
        int sum = SUM_SEED;
        for (int offset = 0; offset < SUM; offset += Integer.BYTES) {
            sum = Integer.rotateLeft(sum ^ record.getInt(at + offset), 13) * 0x9E3779B1;
        }
        return sum;
    }
}
