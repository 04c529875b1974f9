// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend;

import dev.ringfence.ring.Activity;
import dev.ringfence.ring.Defect;
import dev.ringfence.ring.Journal;
import dev.ringfence.ring.Settlement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A queue whose requests take one slot each and are answered in one, in any order: takes a request, journals it, has it done,
 * answers it, commits the answer; replays what a predecessor left. The numbers in the code are the journal's steps; a successor
 * may find any of them to be the last.
 *
 * <p>A device class says what its requests are and does them. It has one of them before it at a time, the decoded one, which
 * {@link #fetch} or {@link #decode} sets; every other method is about that one. The order in which it is called:
 *
 * <pre>
 *   a new request     fetch    (1) bytes verdict [waits] [claim (2) perform (3) unpin] (4) respond count
 *   a replayed one    decode             verdict         [claim (2) perform (3) unpin] (4) respond count
 *   one that is done  decode                                                           (4) respond count
 *   a convicted one   decode                                                       (3) (4) respond count
 * </pre>
 *
 * <p>Requests are served in order, but for those that wait for the end of the turn, and those that overlap an unfinished one of
 * another queue. A process serves one device class, so these calls are direct ones once they are compiled. All of it is for the
 * holder of the lease and allocates nothing; so does a device class.
 */
public abstract class RequestService implements QueueService {
    /** From {@link #verdict}: the request is to be done. */
    protected static final int DO = Integer.MAX_VALUE;
    /** From {@link #fetch} and {@link #perform}, after {@link #violate}: no correct front-end asks for this. */
    protected static final int VIOLATION = Integer.MIN_VALUE;

    private static final int TURN = 32;
    /** Where the ring has what a guest can write, for {@link Defect#COMMIT_POINT_FROM_RING} alone. */
    private static final int RSP_PROD = 8;

    private static final long CONFLICT_NANOS = 20_000;

    protected final QueueContext context;
    protected final Journal journal;
    protected final QueueMeter meter;
    private final PublishPace pace = new PublishPace();
    private final int[] deferred;
    private int deferredCount;
    private final Answers answers;
    private RequestQueue ring;
    private String violation;
    private boolean oneByOne;
    private final List<Conviction> convictions = new ArrayList<>();

    protected RequestService(QueueContext context) {
        this.context = context;
        this.journal = context.journal();
        this.meter = context.meter();
        this.deferred = new int[journal.slots()];
        this.answers = new Answers(context);
    }

    /** Where requests come from, from these indices on. Once, when the lease is held. */
    protected abstract RequestQueue attach(int requestConsumer, int responseCommitted);

    /**
     * Decodes and judges the request that has just been copied to {@link Journal#requestOffset}, and copies what belongs to it
     * but stands elsewhere to {@link Journal#attachmentOffset}: the bytes of that, or {@link #VIOLATION}.
     */
    protected abstract int fetch(int entry);

    /** Decodes and judges a journalled request again; with the same result, since the journal's copy can't have changed. */
    protected abstract void decode(int entry);

    /** {@link #DO}, or the status that the request is answered with as it is. */
    protected abstract int verdict();

    /** What the request will move. */
    protected abstract long bytes();

    /** Whether it is better done at the end of the turn, with others of its kind. */
    protected boolean waits() {
        return false;
    }

    /** Before waiting requests are done, and before each replay: from here on requests may share what they find out. */
    protected void beginSharing() {}

    /** Makes sure that no other queue is at work where the request is going to be. False: later; nothing is claimed. */
    protected boolean claim() {
        return true;
    }

    /** Ends what {@link #claim} began, once the journal has the request as done. */
    protected void release() {}

    /**
     * Does the request: pins what it needs, then whatever the device does; its status, or {@link #VIOLATION} with nothing
     * pinned. May be done again by a successor, and then so far as it was done before.
     */
    protected abstract int perform();

    /** Gives back what {@link #perform} has pinned, if anything. */
    protected abstract void unpin();

    /** Writes the response with this number into the ring. */
    protected abstract void respond(RequestQueue into, int index, int status);

    /** Tells the {@link #meter} of an answer. */
    protected abstract void count(int status);

    /** The request is answered with an error, {@link #failure}, for what it has done to drivers. */
    protected abstract Conviction convict(int attempts);

    /** The status of a request that failed and may be asked again. */
    protected abstract int failure();

    /** The guest has done what no correct front-end does: its connection ends after this turn. */
    protected final void violate(String what) {
        violation = what;
    }

    @Override
    public final void recover(Settlement settlement) {
        int committed = commitPoint();
        meter.resume();
        ring = attach(journal.requestConsumer(), committed);
        if (!Defect.RESPONSES_NOT_REPUBLISHED.isOn()) {
            // What is committed is in its slots: nothing before this index is ever rewritten.
            ring.publish(committed);
        }
        answer(settlement, committed);
        oneByOne = settlement.oneByOne();
        int unfinished = Defect.REPLAY_DROPPED.isOn() ? 0 : settlement.unfinishedCount();
        for (int i = 0; i < unfinished; i++) {
            replay(settlement.unfinished(Defect.REPLAY_REVERSED.isOn() ? unfinished - 1 - i : i));
            answers.publish();
        }
        oneByOne = false;
        if (!Defect.GUEST_NOT_RUNG.isOn()) {
            // The predecessor may have died between publishing and ringing.
            context.ringer().ring();
        }
    }

    private int commitPoint() {
        return Defect.COMMIT_POINT_FROM_RING.isOn()
                ? context.ring().getIntAcquire(RSP_PROD)
                : journal.responseCommitted();
    }

    /** What the predecessor had done and not committed. */
    private void answer(Settlement settlement, int committed) {
        answers.resume(ring::publish, committed + (Defect.DONE_REDONE.isOn() ? 0 : settlement.answeredCount()));
        for (int i = 0; i < settlement.answeredCount(); i++) {
            int entry = settlement.answered(i);
            if (Defect.DONE_REDONE.isOn()) {
                replay(entry);
            } else {
                decode(entry);
                respond(entry);
            }
        }
        answers.publish();
    }

    private void replay(int entry) {
        decode(entry);
        if (journal.isConvicted(entry)) {
            convictions.add(convict(journal.attempts(entry)));
            complete(entry, failure());
            return;
        }
        if (verdict() != DO) {
            complete(entry, verdict());
            return;
        }
        beginSharing();
        while (!execute(entry)) {
            awaitOtherQueue();
        }
    }

    @Override
    public final List<Conviction> convictions() {
        return convictions;
    }

    @Override
    public final int serve() {
        int taken = takeTurn();
        answers.publish();
        boolean finished = finishDeferred();
        answers.publish();
        if (violation != null) {
            return -1;
        }
        if (!finished && taken == 0) {
            awaitOtherQueue();
        }
        return finished ? taken : Math.max(taken, 1);
    }

    /** It has claimed what this one's next request overlaps, and is inside a system call, perhaps for long. */
    private void awaitOtherQueue() {
        journal.begin(Activity.WAITING);
        LockSupport.parkNanos(CONFLICT_NANOS);
        journal.begin(Activity.SERVING);
    }

    private int takeTurn() {
        int taken = 0;
        while (taken < TURN && violation == null && meter.admits()) {
            int available = ring.available();
            if (available == RequestQueue.OVERFLOW) {
                violation = "request producer ran past the ring";
            } else if (available == 0) {
                break;
            } else {
                taken += takeSome(Math.min(available, TURN - taken));
            }
        }
        return taken;
    }

    private int takeSome(int available) {
        int count = pace.begin(available);
        int taken = 0;
        while (taken < count && meter.admits() && takeNext()) {
            taken++;
        }
        answers.publish();
        pace.end(taken, available);
        return taken;
    }

    /** Step 1. False: the guest broke the protocol. */
    private boolean takeNext() {
        int entry = journal.open();
        ring.copyNext(journal.window(), journal.requestOffset(entry));
        int attachmentBytes = fetch(entry);
        if (attachmentBytes < 0) {
            return false;
        }
        journal.take(entry, ring.requestBytes(), attachmentBytes);
        ring.advance();
        meter.took(bytes());
        int verdict = verdict();
        if (verdict != DO) {
            complete(entry, verdict);
        } else if (waits() || !execute(entry)) {
            deferred[deferredCount++] = entry;
        }
        return violation == null;
    }

    /** What had to wait in this turn; true when nothing is left waiting. */
    private boolean finishDeferred() {
        int left = 0;
        if (deferredCount > 0) {
            beginSharing();
        }
        for (int i = 0; i < deferredCount && violation == null; i++) {
            int entry = deferred[i];
            decode(entry);
            if (!execute(entry)) {
                deferred[left++] = entry;
            }
        }
        deferredCount = left;
        return left == 0;
    }

    /** Steps 2 and 3 of the decoded request. False: it overlaps an unfinished one of another queue. */
    private boolean execute(int entry) {
        if (!claim()) {
            return false;
        }
        if (oneByOne) {
            journal.startAlone(entry);
        } else {
            journal.start(entry);
        }
        Misbehaviour.actUp();
        int status = perform();
        if (status != VIOLATION) {
            complete(entry, status);
        }
        // Not before the journal has it as done: whoever had come after it would be undone by its replay.
        release();
        return true;
    }

    /** Step 3; what follows from it waits for {@link Answers#publish}. */
    private void complete(int entry, int status) {
        answers.done(entry, status);
        unpin();
        respond(entry);
    }

    /** Step 4 of a DONE entry whose request is decoded. */
    private void respond(int entry) {
        int index = journal.responseIndex(entry);
        if (Defect.COMMITTED_BEFORE_RESPONSE.isOn()) {
            journal.commit(index + 1);
        }
        respond(ring, index, journal.status(entry));
        answers.written(entry);
        count(journal.status(entry));
    }

    @Override
    public final boolean hasWork() {
        return deferredCount > 0 || ring.available() != 0;
    }

    @Override
    public final boolean armAndRecheck() {
        return ring.armAndRecheck();
    }

    @Override
    public final String violation() {
        return violation;
    }
}
