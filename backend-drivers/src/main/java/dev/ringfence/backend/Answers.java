// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend;

import dev.ringfence.memory.Doorbell;
import dev.ringfence.ring.Defect;
import dev.ringfence.ring.Journal;

/**
 * A queue's answers on their way into the ring: journalled one by one, then committed, shown and freed together. For the
 * holder of the lease; allocates nothing. The numbers are the journal's steps.
 */
public final class Answers {
    private final Journal journal;
    private final QueueMeter meter;
    private final Doorbell.Ringer ringer;
    /** Entries that are DONE, their responses in their slots, and not committed. */
    private final int[] written;

    private int writtenCount;
    private int next;
    private Ring ring;

    /** Where they are shown. */
    @FunctionalInterface
    public interface Ring {
        /** Shows the responses before {@code index}. True: the front-end wants to be told. */
        boolean publish(int index);
    }

    public Answers(QueueContext context) {
        this.journal = context.journal();
        this.meter = context.meter();
        this.ringer = context.ringer();
        this.written = new int[journal.slots()];
    }

    /**
     * Goes on where a predecessor stopped.
     *
     * @param nextResponse behind what it has journalled as done
     */
    public void resume(Ring into, int nextResponse) {
        ring = into;
        next = nextResponse;
        writtenCount = 0;
    }

    /** Step 3; the response goes to the entry's {@link Journal#responseIndex}. */
    public void done(int entry, int status) {
        journal.done(entry, status, next);
        next += journal.ringSlots(entry);
    }

    /** Step 4 is done: all that is left is {@link #publish}. */
    public void written(int entry) {
        written[writtenCount++] = entry;
    }

    /** Steps 5 to 7 of all that has been written since the last time. */
    public void publish() {
        if (writtenCount == 0) {
            return;
        }
        if (Defect.FREED_BEFORE_COMMIT.isOn()) {
            release();
        }
        boolean notify = Defect.PUBLISHED_BEFORE_COMMIT.isOn() && ring.publish(next);
        journal.commit(next);
        notify |= ring.publish(next);
        release();
        if (notify) {
            ringer.ring();
        }
        meter.publish();
    }

    private void release() {
        for (int i = 0; i < writtenCount; i++) {
            journal.release(written[i]);
        }
        writtenCount = 0;
    }
}
