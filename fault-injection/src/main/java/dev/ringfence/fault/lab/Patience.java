// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.fault.DiskHistory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what must happen, looks after the drivers meanwhile, and writes down what did not happen in time. */
final class Patience {
    private static final long POLL_NANOS = 20_000;
    private static final long LATE_NANOS = 2_000_000;

    private final LabSubject subject;
    private final BooleanSupplier tend;
    private final BooleanSupplier replace;
    private long leftNanos;

    /** @param tend called again and again while waiting; false when there is nothing to wait for any more */
    Patience(LabSubject subject, long millis, BooleanSupplier tend) {
        this(subject, millis, tend, () -> false);
    }

    /** @param replace whether a driver that does not give the answers has given place to another: then that one will */
    Patience(LabSubject subject, long millis, BooleanSupplier tend, BooleanSupplier replace) {
        this.replace = replace;
        this.subject = subject;
        this.tend = tend;
        this.leftNanos = TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** Waits without looking after anybody: true when the condition came true. */
    static boolean awaitFor(long nanos, BooleanSupplier condition) {
        long left = nanos;
        long lookedNanos = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (left < 0) {
                return false;
            }
            LockSupport.parkNanos(POLL_NANOS);
            long now = System.nanoTime();
            left -= Math.min(now - lookedNanos, LATE_NANOS);
            lookedNanos = now;
        }
        return true;
    }

    /** True when the condition came true. */
    boolean await(BooleanSupplier condition, String what) {
        long lookedNanos = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (!tend.getAsBoolean()) {
                return false;
            }
            if (leftNanos < 0) {
                subject.violation(DiskHistory.Nature.UNANSWERED, "waited in vain for " + what);
                return false;
            }
            LockSupport.parkNanos(POLL_NANOS);
            long now = System.nanoTime();
            // While we are not let run, the drivers are not either.
            leftNanos -= Math.min(now - lookedNanos, LATE_NANOS);
            lookedNanos = now;
        }
        return true;
    }

    /** Waits until all is answered, as a guest does: asleep, and woken by its doorbells alone. */
    boolean awaitAnswers() {
        boolean sane = awaitSane();
        return replace.getAsBoolean() ? awaitSane() : sane;
    }

    private boolean awaitSane() {
        boolean sane = true;
        while (sane && !subject.isAnswered()) {
            // The rings are not looked at before a doorbell: what nobody rings for is not answered.
            sane = subject.poll()
                    && (!subject.arm()
                            || subject.isAnswered()
                            || await(() -> subject.isRung() || subject.isStill(), "an answer"));
        }
        return sane;
    }

    /** Waits until the driver has nothing left to do. */
    boolean awaitIdle() {
        return await(subject::isDriverIdle, "an idle driver");
    }
}
