// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend;

import dev.ringfence.grant.GrantMap;
import dev.ringfence.grant.GrantTable;
import dev.ringfence.grant.RegionLayout;
import dev.ringfence.memory.Window;
import dev.ringfence.ring.ControlRegion;
import dev.ringfence.ring.FrontRing;
import dev.ringfence.ring.Journal;
import dev.ringfence.ring.RingLayout;

/** A guest's part in the rehearsal of a {@link RequestService}: a ring, some pages, and requests of every form. */
public abstract class RequestScript implements RehearsalScript {
    /** Requests of a turn, as guests differ: one after the other, some, more than the driver takes at once. */
    private static final int[] REQUESTS = {4, 1, 30, 1, 70, 2};
    /** Every so many turns, what is rarer. */
    private static final int MIXED_TURN = 3;

    private final int entryBytes;
    private final int ringPages;
    private final int dataPages;
    private final int slots;
    private FrontRing ring;
    private GrantMap predecessorsGrants;
    private int submitted;
    private int answered;

    /** @param dataPages that the guest grants, besides its ring */
    protected RequestScript(int entryBytes, int ringPages, int dataPages) {
        this.entryBytes = entryBytes;
        this.ringPages = ringPages;
        this.dataPages = dataPages;
        this.slots = RingLayout.slotCount(ringPages * (long) RegionLayout.PAGE_BYTES, entryBytes);
    }

    /** Grants the pages from this frame on. */
    protected abstract void grant(Window region, GrantTable table, int driver, int firstFrame);

    /** What the predecessor has pinned for ever, for writing. */
    protected abstract int grantInUse();

    /** The status of a request that the predecessor did. */
    protected abstract int done();

    /** Writes the n-th request of a turn, one of those that a driver lives on. */
    protected abstract void encode(int n, Window into, long offset);

    /** Writes requests of the rarer kinds, each followed by {@link #advance}. */
    protected void encodeRarer() {}

    /** The front-end's side of the ring. */
    protected final FrontRing ring() {
        return ring;
    }

    /** The request at the ring's offset is complete. */
    protected final void advance() {
        ring.advanceRequest();
        submitted++;
    }

    @Override
    public final int frames() {
        return RegionLayout.forGuestFrames(ringPages + dataPages).frames();
    }

    @Override
    public final int ringPages() {
        return ringPages;
    }

    @Override
    public final int slots() {
        return slots;
    }

    @Override
    public final int begin(Window region, int driver) {
        int first = RegionLayout.of(region).firstGuestFrame();
        predecessorsGrants = new GrantMap(region, driver);
        grant(region, new GrantTable(region), driver, first + ringPages);
        ring = new FrontRing(RegionLayout.frames(region, first, ringPages), entryBytes);
        ring.initialise();
        submitted = 0;
        answered = 0;
        return first;
    }

    @Override
    public final void abandon(Journal journal, ControlRegion control) {
        predecessorsGrants.pinPersistently(grantInUse(), true);
        take(journal);
        int done = take(journal);
        journal.start(done);
        journal.done(done, done(), 0);
        journal.start(take(journal));
    }

    private int take(Journal journal) {
        int entry = journal.open();
        long slot = RingLayout.HEADER_BYTES + (long) (journal.requestConsumer() & slots - 1) * entryBytes;
        ring.window().copyTo(slot, journal.window(), journal.requestOffset(entry), entryBytes);
        journal.take(entry, entryBytes, 0);
        return entry;
    }

    @Override
    public final void submit(int turn) {
        int requests = REQUESTS[turn % REQUESTS.length];
        for (int i = 0; i < requests; i++) {
            encode(i, ring.window(), ring.requestOffset());
            advance();
        }
        if (turn % MIXED_TURN == 0) {
            encodeRarer();
        }
        ring.publishRequests();
    }

    @Override
    public final boolean answered() {
        for (int left = ring.responsesAvailable(); left > 0; left--) {
            ring.advanceResponse();
            answered++;
        }
        return answered == submitted;
    }
}
