// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend;

import dev.ringfence.memory.Doorbell;
import dev.ringfence.memory.Window;
import dev.ringfence.ring.FrontRing;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A queue over a Xen ring whose requests take one slot each and are answered in one, in any order. It has the ids, the waiters
 * and a shadow of what is in flight, to be sent again to a back-end that starts afresh; a device class says what a request
 * and an answer are.
 *
 * <p>No answer is believed: one that a correct back-end would not give breaks the queue, which then fails what is in
 * flight and whatever is submitted later, at the next {@link #poll}. The monitor is there for {@link #resubmit} alone,
 * which the thread of the handshake calls; otherwise one thread at a time uses a queue. No method allocates.
 *
 * @param <S> what is to be known of a request in flight
 */
public abstract class ShadowedQueue<S extends Submission> implements GuestQueue {
    /** From {@link #review}: the request is sent again. */
    protected static final int AGAIN = Integer.MIN_VALUE;
    /** From {@link #review}: the request is sent again once {@link #release} is called, and nobody is told meanwhile. */
    protected static final int LATER = Integer.MIN_VALUE + 1;

    private static final Logger LOG = LoggerFactory.getLogger(ShadowedQueue.class);

    private final String name;
    private final FrontRing ring;
    private final Shadow<S> shadow;
    private final Doorbell.Ringer driver;
    private final Doorbell.Listener doorbell;
    private final Witness witness;
    private volatile String violation;
    private boolean unpublished;
    /** Some submission in flight is in the shadow, but not in the ring. */
    private boolean refusals;
    /** How many submissions wait for {@link #release}: in the shadow, but not in the ring. */
    private int held;
    /** Something is in the ring again that no caller will publish. */
    private boolean resent;

    private volatile boolean released;

    /** Told once what the driver did to break the queue. */
    @FunctionalInterface
    public interface Witness {
        /** Of the response as it was copied from the ring at this index; all zeroes when it is the index that is wrong. */
        void saw(int index, long id, int operation, int status, String reason);
    }

    /**
     * What a queue is connected by.
     *
     * @param name for the log
     * @param ring initialised
     * @param driver rings at the driver
     * @param doorbell rings here
     * @param witness called by whoever polls
     */
    public record Wiring(
            String name, FrontRing ring, Doorbell.Ringer driver, Doorbell.Listener doorbell, Witness witness) {}

    /** @param submissions makes one for each slot of the ring */
    protected ShadowedQueue(Wiring wiring, IntFunction<S> submissions) {
        this.name = wiring.name();
        this.ring = wiring.ring();
        this.driver = wiring.driver();
        this.doorbell = wiring.doorbell();
        this.witness = wiring.witness();
        this.shadow = new Shadow<>(ring.slotCount(), submissions);
    }

    /** Writes a request into a slot of the ring. */
    protected abstract void encode(S submission, Window ring, long offset);

    /** Copies an answer out of the ring, each byte once; the id it names, which a back-end made up for all we know. */
    protected abstract long decode(Window ring, long offset);

    /** Why the decoded answer is none that a correct back-end gives to this request; or null. */
    protected abstract String objection(S submission);

    /** What the decoded answer says was asked for; 0 where a device class knows only one thing. */
    protected abstract int operation();

    /** The decoded answer's status. */
    protected abstract int status();

    /** The status of a request that nobody does. */
    protected abstract int failure();

    /** What to make of an answer that the protocol allows: the status that the caller is told, {@link #AGAIN} or {@link #LATER}. */
    protected int review(S submission, int status) {
        return status;
    }

    /** A request is held: {@link #release} is to be called when there is something to expect of sending it again. */
    protected void held(S submission) {}

    /** The request has this answer: what it brought can be taken out of its pages. Before {@link Submission#forget}. */
    protected void finish(S submission, int status) {}

    /** Whether a back-end that started afresh can't do the request: it is failed at the next poll. */
    protected boolean isBeyond(S submission) {
        return false;
    }

    /** A free submission; null: all are in flight. Followed by {@link #submit}, in the same monitor. */
    protected final S begin() {
        return shadow.begin();
    }

    /** Puts a request that was begun into the ring. */
    protected final void submit(S submission, Completion completion, long context) {
        submission.completion = completion;
        submission.context = context;
        if (violation == null) {
            put(submission);
        }
    }

    /** There is room: a slot of the shadow is free for as long as the ring's is. */
    private void put(S submission) {
        encode(submission, ring.window(), ring.requestOffset());
        ring.advanceRequest();
        unpublished = true;
    }

    @Override
    public final synchronized void publish() {
        if (unpublished) {
            unpublished = false;
            if (ring.publishRequests()) {
                driver.ring();
            }
        }
    }

    @Override
    public final synchronized int poll() {
        int completed = refuse();
        resendHeld();
        // Bounded: completions may submit, and a quick driver answer, for ever.
        S answered = take();
        for (int taken = 1; answered != null; taken++) {
            completed += settle(answered) ? 1 : 0;
            answered = taken < ring.slotCount() ? take() : null;
        }
        if (violation != null) {
            for (S oldest = shadow.oldest(); oldest != null; oldest = shadow.oldest()) {
                complete(oldest, failure());
                completed++;
            }
        }
        if (resent) {
            resent = false;
            publish();
        }
        return completed;
    }

    private void resendHeld() {
        if (held > 0 && released && violation == null) {
            for (S submission = shadow.oldest(); submission != null; submission = shadow.younger(submission)) {
                if (submission.held) {
                    resend(submission);
                }
            }
            held = 0;
        }
    }

    /** There is room: its last answer has left a slot. Late answers to what it was sent as don't count. */
    private void resend(S submission) {
        shadow.renumber(submission);
        put(submission);
        resent = true;
    }

    /** True when the request is over. */
    private boolean settle(S submission) {
        int status = review(submission, status());
        if (status == AGAIN) {
            resend(submission);
        } else if (status == LATER) {
            submission.held = true;
            held++;
            released = false;
            held(submission);
        } else {
            complete(submission, status);
            return true;
        }
        return false;
    }

    /** What is held is sent again at the next poll; its caller is to be woken. Any thread. */
    public final void release() {
        released = true;
    }

    /** Fails what a reconnected back-end can't do any more. */
    private int refuse() {
        int refused = 0;
        for (S first = firstRefused(); first != null; first = firstRefused()) {
            complete(first, failure());
            refused++;
        }
        refusals = false;
        return refused;
    }

    private S firstRefused() {
        S submission = refusals ? shadow.oldest() : null;
        while (submission != null && !submission.refused) {
            submission = shadow.younger(submission);
        }
        return submission;
    }

    /** The request that the next answer is to; null when there is no answer, or none that can be believed. */
    private S take() {
        int available = violation == null ? ring.responsesAvailable() : 0;
        if (available == 0) {
            return null;
        }
        int index = ring.responseIndex();
        if (available == FrontRing.OVERFLOW) {
            breakDown(index, 0, 0, 0, "more responses than requests");
            return null;
        }
        long id = decode(ring.window(), ring.responseOffset());
        ring.advanceResponse();
        S submission = shadow.find(id);
        String objection = submission == null ? "response to no request in flight" : objection(submission);
        if (objection != null) {
            String reason = submission == null ? objection + ": id=" + Long.toHexString(id) : objection;
            breakDown(index, id, operation(), status(), reason);
            return null;
        }
        return submission;
    }

    private void complete(S submission, int status) {
        Completion completion = submission.completion;
        long context = submission.context;
        held -= submission.held ? 1 : 0;
        finish(submission, status);
        shadow.end(submission);
        completion.completed(context, status);
    }

    /** The device is gone: what is in flight fails at the next poll, and so does whatever is submitted later. Any thread. */
    public final void fail(String reason) {
        if (violation == null) {
            violation = reason;
        }
    }

    private void breakDown(int index, long id, int operation, int status, String reason) {
        violation = reason;
        witness.saw(index, id, operation, status, reason);
        LOG.error("{}: the back-end broke the protocol, its device is lost: {}", name, reason);
    }

    @Override
    public final synchronized boolean arm() {
        if (violation != null) {
            return shadow.inFlight() == 0;
        }
        return !ring.armAndRecheck() && !(held > 0 && released);
    }

    @Override
    public final int doorbellFd() {
        return doorbell.fd();
    }

    /** What the back-end did that broke the queue, or null. Any thread. */
    public final String violation() {
        return violation;
    }

    /**
     * Empties the ring and puts everything in flight into it again, in the order of submission and with new ids; for a
     * back-end that starts afresh, before it may look. {@link #publish} comes next. Any thread.
     *
     * <p>Repeating is harmless: nobody has been told yet that a request in flight was done.
     */
    protected final synchronized void resubmit() {
        if (violation != null) {
            throw new IllegalStateException("queue is broken: name=" + name + " violation=" + violation);
        }
        held = 0;
        ring.initialise();
        for (S submission = shadow.oldest(); submission != null; submission = shadow.younger(submission)) {
            shadow.renumber(submission);
            submission.refused = isBeyond(submission);
            if (submission.refused) {
                refusals = true;
            } else {
                put(submission);
            }
        }
    }
}
