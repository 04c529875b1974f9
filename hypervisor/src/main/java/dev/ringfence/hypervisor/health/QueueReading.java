// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.health;

import dev.ringfence.memory.Window;
import dev.ringfence.ring.Journal;
import dev.ringfence.ring.RingLayout;
import java.util.function.BooleanSupplier;

/** What memory says of a queue at one moment. Filled again and again, so that watching allocates nothing. */
public final class QueueReading {
    private static final long THROTTLE_NANOS_MAX = 20_000_000;
    /** A worker that sleeps is late when the machine is busy. */
    private static final long THROTTLE_SLACK_NANOS = 20_000_000;

    boolean owned;
    int owner;
    int committed;
    int consumer;
    int activity;
    int requestProducer;
    int responseProducer;
    boolean plausible;
    boolean throttled;

    /**
     * Indices are read in the order they run behind each other, so that at any moment of a correct driver's life
     * {@code committed <= consumer}.
     */
    public void read(Journal journal) {
        owned = journal.ownership() == Journal.Ownership.OWNED;
        owner = journal.owner();
        committed = journal.responseCommitted();
        consumer = journal.publishedRequestConsumer();
        activity = journal.activity();
        int inFlight = consumer - committed;
        // Nothing can be said when answers were committed between our two looks.
        plausible = inFlight >= 0 && inFlight <= journal.slots() || journal.responseCommitted() != committed;
        requestProducer = consumer;
        responseProducer = committed;
    }

    /**
     * When the worker says it will take requests again, while a limit holds it back; the driver's word, so believed only for as
     * long as a worker sleeps at a stretch.
     *
     * @param untilNanos of {@link System#nanoTime}, 0: nothing holds it back
     */
    public void throttledUntil(long untilNanos) {
        long leftNanos = untilNanos - System.nanoTime();
        throttled = untilNanos != 0 && leftNanos > -THROTTLE_SLACK_NANOS && leftNanos <= THROTTLE_NANOS_MAX;
    }

    /** After {@link #read(Journal)}, and only while the ring is mapped. All of it is the guest's word. */
    public void read(Window ring) {
        requestProducer = RingLayout.requestProducer(ring);
        responseProducer = RingLayout.responseProducer(ring);
    }

    /**
     * Of a ring whose requests are buffers, to be answered when something comes for them. After both kinds of {@code read}.
     *
     * @param enough as many as whatever may come needs
     * @param waiting something has come, and was not fetched: then what was taken is late, if it is enough
     */
    public void posted(int enough, BooleanSupplier waiting) {
        boolean late = inFlight() >= enough && waiting.getAsBoolean();
        consumer = late ? consumer : committed;
        requestProducer = consumer;
        responseProducer = committed;
    }

    /** Taken from the ring and not answered: no guest can make this up. */
    int inFlight() {
        return consumer - committed;
    }

    /** Published by the guest and not taken, as the ring says. */
    boolean untaken() {
        return requestProducer != consumer;
    }

    /** Answered, as the journal says, but not published, as the ring says. */
    boolean unpublished() {
        return responseProducer != committed;
    }
}
