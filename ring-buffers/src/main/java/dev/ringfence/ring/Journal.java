// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.ring;

import static dev.ringfence.ring.JournalLayout.*;

import dev.ringfence.memory.RobustMutex;
import dev.ringfence.memory.Window;

/**
 * The in-flight table of one queue, in memory that outlives the driver: what a successor needs, and nothing else.
 *
 * <p>Touched only by the thread that holds the queue's lease. The life of a request, each step a release store:
 *
 * <pre>
 *   (1) {@link #open}, copy the request, {@link #take}        TAKEN, then reqCons moves on
 *   (2) {@link #start}                                        STARTED, attempts raised; then pins, then the I/O
 *   (3) {@link #done}                                         DONE, with status and response index; then unpins
 *   (4) the response slot is written
 *   (5) {@link #commit}                                       the commit point
 *   (6) the ring's rsp_prod is published, the guest notified
 *   (7) {@link #release}                                      FREE
 * </pre>
 *
 * A successor calls {@link #settle}, which tells what was found; see {@link Settlement} for what follows from it. No
 * method allocates.
 */
public final class Journal {
    /** Who may have touched the queue so far. */
    public enum Ownership {
        /** Nobody ever held the lease. */
        FRESH,
        /** Somebody took it and has not given it back. */
        OWNED,
        /** The connection has ended: nobody shall take it again. */
        CLOSED,
        /** None of these: overwritten. */
        IMPLAUSIBLE
    }

    private static final int FRESH_WORD = 0x4652E5A1;
    private static final int OWNED_WORD = 0x4F57B45C;
    private static final int CLOSED_WORD = 0x434C0F3D;

    private static final int DEATHS_TO_CONVICT = 2;

    private final Window control;
    private final int slots;
    private final int[] freeEntries;
    private int freeCount;
    private long nextSequence = 1;
    private int requestConsumer;
    private int responseCommitted;
    private int deviceCalls;

    /** @param control the queue's control memory, at least {@link #bytes} long */
    public Journal(Window control, int slots) {
        if (slots < 1 || Integer.bitCount(slots) != 1) {
            throw new IllegalArgumentException("slots must be a power of two: slots=" + slots);
        }
        this.control = control.slice(0, JournalLayout.bytes(slots));
        this.slots = slots;
        this.freeEntries = new int[slots];
    }

    /** Control memory a queue of so many ring slots takes, lease included; whole pages. */
    public static long bytes(int slots) {
        return JournalLayout.bytes(slots);
    }

    /** The lease inside a queue's control memory. */
    public static RobustMutex lease(Window control) {
        return new RobustMutex(control.slice(LEASE, RobustMutex.BYTES));
    }

    /**
     * Lays out an empty journal; by the creator of the memory, before any driver sees it.
     *
     * @param firstIndex where the ring's indices begin
     */
    public void initialise(int firstIndex) {
        lease(control).initialise();
        control.putInt(HEADER_MAGIC, MAGIC);
        control.putInt(HEADER_VERSION, VERSION);
        control.putInt(HEADER_SLOTS, slots);
        control.putInt(HEADER_REQUEST_CONSUMER, firstIndex);
        control.putInt(HEADER_RESPONSE_COMMITTED, firstIndex);
        for (int entry = 0; entry < slots; entry++) {
            control.putInt(entry(entry) + ENTRY_STATE, FREE);
        }
        control.putIntRelease(HEADER_OWNERSHIP, FRESH_WORD);
    }

    public Ownership ownership() {
        return switch (control.getIntAcquire(HEADER_OWNERSHIP)) {
            case FRESH_WORD -> Ownership.FRESH;
            case OWNED_WORD -> Ownership.OWNED;
            case CLOSED_WORD -> Ownership.CLOSED;
            default -> Ownership.IMPLAUSIBLE;
        };
    }

    /** The process that holds, or held last, the queue's lease: a number its hypervisor gave it. Any thread. */
    public int owner() {
        return control.getIntAcquire(HEADER_OWNER);
    }

    /** By the first holder of the lease, before anything else: whatever it leaves here is laid out as its version does. */
    public void stamp() {
        control.putIntRelease(HEADER_VERSION, VERSION);
    }

    /** Notes who holds the lease now. */
    public void own(int process) {
        control.putInt(HEADER_ACTIVITY, 0);
        control.putIntRelease(HEADER_OWNER, process);
        control.putIntRelease(HEADER_OWNERSHIP, OWNED_WORD);
    }

    /** Notes that the connection has ended, before the lease is given back: the next holder shall not serve it. */
    public void close() {
        control.putIntRelease(HEADER_OWNERSHIP, CLOSED_WORD);
    }

    /**
     * Tells whoever watches what the lease's holder is about to spend time on; {@link Activity#SERVING} ends it. The word
     * counts device calls too, so that one long call and many short ones look different.
     */
    public void begin(Activity activity) {
        deviceCalls += activity == Activity.DEVICE ? Activity.CALL : 0;
        control.putIntRelease(HEADER_ACTIVITY, deviceCalls | activity.ordinal());
    }

    /** The word that {@link #begin} stores; {@link Activity#of} reads it. Any thread. */
    public int activity() {
        return control.getIntAcquire(HEADER_ACTIVITY);
    }

    /** As {@link #requestConsumer}, from the shared memory: for those who watch. Any thread. */
    public int publishedRequestConsumer() {
        return control.getIntAcquire(HEADER_REQUEST_CONSUMER);
    }

    public int slots() {
        return slots;
    }

    /** Index of the next request to take from the ring. */
    public int requestConsumer() {
        return requestConsumer;
    }

    /** Responses before this index are answered for good. Any thread may watch it for progress. */
    public int responseCommitted() {
        return control.getIntAcquire(HEADER_RESPONSE_COMMITTED);
    }

    /** Requests taken and not yet committed. */
    public int inFlight() {
        return requestConsumer - responseCommitted;
    }

    /** A free entry to copy the next request into; nothing is recorded yet. There are as many as ring slots. */
    public int open() {
        if (freeCount == 0) {
            throw new IllegalStateException("journal is full: slots=" + slots);
        }
        return freeEntries[freeCount - 1];
    }

    /** The journal's private copy of a request, {@link JournalLayout#REQUEST_BYTES_MAX} bytes at {@link #requestOffset}. */
    public Window window() {
        return control;
    }

    public long requestOffset(int entry) {
        return entry(entry) + ENTRY_REQUEST;
    }

    /** Where what belongs to the request but stood elsewhere is kept, at most 2048 bytes. */
    public long attachmentOffset(int entry) {
        return attachment(slots, entry);
    }

    /** Step 1: records the copied request as taken from {@link #requestConsumer}, and moves on. */
    public void take(int entry, int requestBytes, int attachmentBytes) {
        take(entry, requestBytes, attachmentBytes, 1);
    }

    /**
     * Step 1 of a request that stands in several slots of the ring; its answer, all of it or nothing, has as many.
     *
     * @param attachmentBytes what the other slots hold, for one
     */
    public void take(int entry, int requestBytes, int attachmentBytes, int ringSlots) {
        freeCount--;
        long at = entry(entry);
        control.putInt(at + ENTRY_ATTEMPTS, 0);
        control.putLong(at + ENTRY_SEQUENCE, nextSequence++);
        control.putInt(at + ENTRY_RING_INDEX, requestConsumer);
        control.putInt(at + ENTRY_REQUEST_BYTES, requestBytes);
        control.putInt(at + ENTRY_ATTACHMENT_BYTES, attachmentBytes);
        control.putInt(at + ENTRY_RING_SLOTS, ringSlots);
        control.putInt(at + ENTRY_TAKEN_SUM, takenSum(entry));
        requestConsumer += ringSlots;
        if (Defect.CONSUMER_BEFORE_TAKEN.isOn()) {
            control.putIntRelease(HEADER_REQUEST_CONSUMER, requestConsumer);
        }
        if (!Defect.TAKEN_NOT_JOURNALLED.isOn()) {
            // A successor that sees TAKEN sees the whole copy; one that doesn't finds the request still in the ring.
            control.putIntRelease(at + ENTRY_STATE, TAKEN);
        }
        control.putIntRelease(HEADER_REQUEST_CONSUMER, requestConsumer);
    }

    /** Step 2: from now on the request may have had an effect. */
    public void start(int entry) {
        start(entry, 0);
    }

    /** Step 2 of a request that is the only one under way in this process: if it dies now, that is why. */
    public void startAlone(int entry) {
        start(entry, ALONE);
    }

    private void start(int entry, int alone) {
        long at = entry(entry);
        int tried = control.getInt(at + ENTRY_ATTEMPTS) & ~ALONE;
        control.putIntRelease(at + ENTRY_ATTEMPTS, tried + 1 | alone);
        if (!Defect.STARTED_NOT_JOURNALLED.isOn()) {
            control.putIntRelease(at + ENTRY_STATE, STARTED);
        }
    }

    /** Step 3: the effect is complete, and this is its answer. */
    public void done(int entry, int status, int responseIndex) {
        long at = entry(entry);
        control.putInt(at + ENTRY_STATUS, status);
        control.putInt(at + ENTRY_RESPONSE_INDEX, responseIndex);
        control.putInt(at + ENTRY_DONE_SUM, doneSum(entry));
        if (!Defect.DONE_NOT_JOURNALLED.isOn()) {
            control.putIntRelease(at + ENTRY_STATE, DONE);
        }
    }

    /**
     * Takes step 3 back, of an answer that was never committed and whose effect counts for nothing: a buffer that was
     * filled for a packet nobody has been told of. The request waits again as if it had just been taken.
     */
    public void reopen(int entry) {
        control.putIntRelease(entry(entry) + ENTRY_STATE, TAKEN);
    }

    /** Step 5, the commit point: the responses before this index are in their slots. */
    public void commit(int responseIndex) {
        responseCommitted = responseIndex;
        control.putIntRelease(HEADER_RESPONSE_COMMITTED, responseIndex);
    }

    /** Step 7: the entry of a committed response is free again. */
    public void release(int entry) {
        control.putIntRelease(entry(entry) + ENTRY_STATE, FREE);
        freeEntries[freeCount++] = entry;
    }

    /**
     * The entry that last recorded this response, or -1 when it has been used again since. Any thread: the answer may be
     * outdated when it is given, so look again after having read the entry.
     */
    public int findAnswer(int responseIndex) {
        int found = -1;
        for (int entry = 0; entry < slots; entry++) {
            int state = control.getIntAcquire(entry(entry) + ENTRY_STATE);
            int after = responseIndex - responseIndex(entry);
            boolean covers = after >= 0 && after < ringSlots(entry);
            if ((state == DONE || state == FREE) && covers && sequence(entry) != 0) {
                found = found < 0 || sequence(entry) > sequence(found) ? entry : found;
            }
        }
        return found;
    }

    public int attempts(int entry) {
        return control.getInt(entry(entry) + ENTRY_ATTEMPTS) & ATTEMPTS_MASK;
    }

    /**
     * By a successor that has settled, before it replays anything: holds the last owner's death against the request that it had
     * started alone, unless that death was an order. May be repeated.
     */
    public void judge(Settlement settlement, boolean ordered) {
        for (int i = 0; i < settlement.unfinishedCount(); i++) {
            long at = entry(settlement.unfinished(i));
            int tried = control.getInt(at + ENTRY_ATTEMPTS);
            if (tried < 0 && control.getInt(at + ENTRY_STATE) == STARTED) {
                boolean blamed = !ordered && !isConvicted(settlement.unfinished(i));
                control.putIntRelease(at + ENTRY_ATTEMPTS, (tried & ~ALONE) + (blamed ? SOLO_DEATH : 0));
            }
        }
    }

    /**
     * True when drivers have died of the request: {@value #DEATHS_TO_CONVICT} while they did nothing else. One could be chance: a
     * SIGKILL that nobody told us of.
     */
    public boolean isConvicted(int entry) {
        return (control.getInt(entry(entry) + ENTRY_ATTEMPTS) & SOLO_DEATHS_MASK) == DEATHS_TO_CONVICT * SOLO_DEATH;
    }

    public int status(int entry) {
        return control.getInt(entry(entry) + ENTRY_STATUS);
    }

    public int responseIndex(int entry) {
        return control.getInt(entry(entry) + ENTRY_RESPONSE_INDEX);
    }

    /** Index of its first slot in the ring. */
    public int ringIndex(int entry) {
        return control.getInt(entry(entry) + ENTRY_RING_INDEX);
    }

    public int ringSlots(int entry) {
        return control.getInt(entry(entry) + ENTRY_RING_SLOTS);
    }

    public int attachmentBytes(int entry) {
        return control.getInt(entry(entry) + ENTRY_ATTACHMENT_BYTES);
    }

    long sequence(int entry) {
        return control.getLong(entry(entry) + ENTRY_SEQUENCE);
    }

    /**
     * Reads what a predecessor left, and makes this object ready to go on from there.
     *
     * <p>Frees what is committed and takes over a request whose {@code reqCons} step was missed; both may be repeated by the
     * next successor if this one dies. Everything else is for the caller to do, as the settlement says.
     *
     * @throws ImplausibleJournalException when it can't have been left by a driver that kept to the steps
     */
    public void settle(Settlement settlement) {
        SettlementCheck check = new SettlementCheck(control, slots);
        check.header();
        int consumer = control.getIntAcquire(HEADER_REQUEST_CONSUMER);
        int committed = control.getIntAcquire(HEADER_RESPONSE_COMMITTED);
        settlement.clear();
        freeCount = 0;
        nextSequence = 1;
        for (int entry = slots - 1; entry >= 0; entry--) {
            int state = control.getIntAcquire(entry(entry) + ENTRY_STATE);
            if (state != FREE) {
                check.entry(entry, state, consumer, committed, takenSum(entry), doneSum(entry));
            }
            if (state == DONE
                    && control.getInt(entry(entry) + ENTRY_RESPONSE_INDEX) - committed < 0
                    && !Defect.COMMITTED_ANSWERED_AGAIN.isOn()) {
                control.putIntRelease(entry(entry) + ENTRY_STATE, FREE);
                state = FREE;
            }
            if (state == FREE) {
                freeEntries[freeCount++] = entry;
                continue;
            }
            nextSequence = Math.max(nextSequence, sequence(entry) + 1);
            settlement.add(entry, state, ringSlots(entry));
        }
        settlement.sort(this);
        requestConsumer = check.consumer(consumer, committed, settlement);
        if (requestConsumer != consumer) {
            control.putIntRelease(HEADER_REQUEST_CONSUMER, requestConsumer);
        }
        responseCommitted = committed;
        check.responses(settlement, this, committed);
    }

    private int takenSum(int entry) {
        long at = entry(entry);
        int requestBytes = Math.min(Math.max(control.getInt(at + ENTRY_REQUEST_BYTES), 0), REQUEST_BYTES_MAX);
        int attachmentBytes = Math.min(Math.max(control.getInt(at + ENTRY_ATTACHMENT_BYTES), 0), ATTACHMENT_BYTES_MAX);
        long sum = Checksum.of(control.getLong(at + ENTRY_SEQUENCE), control.getInt(at + ENTRY_RING_INDEX));
        sum = Checksum.of(sum, control.getInt(at + ENTRY_RING_SLOTS));
        sum = Checksum.add(sum, control, at + ENTRY_REQUEST, requestBytes);
        sum = Checksum.add(sum, control, attachment(slots, entry), attachmentBytes);
        return Checksum.fold(sum);
    }

    private int doneSum(int entry) {
        long at = entry(entry);
        long sum = Checksum.of(control.getLong(at + ENTRY_SEQUENCE), control.getInt(at + ENTRY_STATUS));
        return Checksum.fold(Checksum.of(sum, control.getInt(at + ENTRY_RESPONSE_INDEX)));
    }
}
