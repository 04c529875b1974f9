// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.fault.DiskHistory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what must happen, looks after the drivers meanwhile, and writes down what did not happen in time. */
final class Patience {
    private static final long POLL_NANOS = 20_000;

    private final LabConnection connection;
    private final BooleanSupplier tend;
    private final long limitNanos;
    private final AttendedTime waited = new AttendedTime();

    /** @param tend called again and again while waiting; false when there is nothing to wait for any more */
    Patience(LabConnection connection, long millis, BooleanSupplier tend) {
        this.connection = connection;
        this.tend = tend;
        this.limitNanos = TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** True when the condition came true. */
    boolean await(BooleanSupplier condition, String what) {
        while (!condition.getAsBoolean()) {
            if (!tend.getAsBoolean()) {
                return false;
            }
            if (waited.nanos() > limitNanos) {
                connection.history().violation(DiskHistory.Nature.UNANSWERED, "waited in vain for " + what);
                return false;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return true;
    }

    /** Waits until every request is answered, as a guest does: asleep, and woken by its doorbells alone. */
    boolean awaitAnswers() {
        boolean sane = true;
        while (sane && !isAnswered()) {
            boolean nothing = true;
            // A guest that has connected again meanwhile has other ones.
            for (LabQueue queue : connection.queues()) {
                sane &= queue.poll();
                nothing &= queue.outstanding() == 0 || queue.arm();
            }
            // The rings are not looked at before a doorbell: what nobody rings for is not answered.
            sane = sane
                    && (!nothing
                            || isAnswered()
                            || await(() -> connection.queues().stream().anyMatch(LabQueue::isRung), "an answer"));
        }
        return sane;
    }

    private boolean isAnswered() {
        return connection.queues().stream().allMatch(queue -> queue.outstanding() == 0);
    }

    /** Waits until the driver has nothing left to do. */
    boolean awaitIdle() {
        return await(() -> connection.queues().stream().allMatch(LabQueue::isDriverIdle), "an idle driver");
    }
}
