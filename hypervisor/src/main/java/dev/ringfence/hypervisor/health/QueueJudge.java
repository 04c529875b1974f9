// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.health;

import dev.ringfence.hypervisor.machine.Budgets;
import dev.ringfence.ring.Activity;

/**
 * Whether the worker of one queue hangs: a state machine over samples, with no clock and no files of its own.
 *
 * <pre>
 *   outstanding, no progress, and   evidence                                                         then
 *   serving, running                its own processor time reaches the loop budget                   killed
 *   serving, asleep                 asleep for the blocked budget, nobody else in the process        rung several times,
 *                                   running (ten times that with somebody running)                   then killed
 *   serving, asleep at its bell,    the same; but a guest can steal what rings in its bell           told, once; killed
 *     nothing in flight                                                                             with one guest only
 *   stopped (T)                     two samples                                                      killed
 *   in the device, asleep           the device budget                                                killed
 *   in the device, state D          the blocked budget                                               told, once
 *   "in the device" or "waiting",   three loop budgets of user time, most of the wall time:          killed
 *     yet busy in its own code        the driver's word is not believed against the kernel's
 *   waiting for another queue       as asleep, but only while no other queue of the device is alive
 *   ready to run, no processor      none: nothing moves, however long it takes
 * </pre>
 *
 * <p>A request that is in flight is the driver's to finish. One that is only published may be a guest's invention: it counts
 * while every single sample shows it, and the sampling is irregular. So a guest can't make a worker burn time over what it
 * shows us and hides from the worker: it would have to hide it whenever the worker looks, and never when we do.
 */
final class QueueJudge {
    /** Wake-ups before a sleeper is given up. */
    static final int NUDGES = 5;

    private static final int COLD = 10;
    private static final int COLD_RESPONSES = 10_000;
    private static final int BUSY_OTHERS = 10;
    private static final int USER_BUDGETS = 3;
    private static final long RESOLUTION_NANOS = 3_000_000;

    private final Budgets budgets;
    private final int slots;
    private final Stall stall = new Stall();
    private int owner;
    private boolean warm;
    private int committedAtStart;
    private int committed;
    private int consumer;
    private int implausible;
    private boolean moved;

    QueueJudge(Budgets budgets, int slots) {
        this.budgets = budgets;
        this.slots = slots;
    }

    /** Looks at memory alone. True: there is work and nothing moved, so the thread is to be looked at by {@link #judge}. */
    boolean suspects(QueueReading now, boolean processWarm, Surroundings surroundings) {
        moved = now.committed != committed || now.consumer != consumer;
        if (!now.owned || now.owner != owner) {
            owner = now.owner;
            warm = processWarm;
            committedAtStart = now.committed;
            moved = true;
            stall.clear();
        }
        implausible = now.plausible ? 0 : implausible + 1;
        committed = now.committed;
        consumer = now.consumer;
        warm |= committed - committedAtStart > COLD_RESPONSES;
        boolean outstanding = now.inFlight() != 0
                || now.untaken()
                || now.unpublished() && surroundings.onlyGuest()
                || implausible > 0;
        return now.owned && outstanding && (!moved || implausible > 0);
    }

    /** Something was taken or answered since the sample before. */
    boolean moved() {
        return moved;
    }

    /** The stall is over, or there was none. What it was, if anybody should know. */
    Finding calm(QueueReading now) {
        boolean overslept = moved && stall.nudges > 0 && stall.inFlight == 0;
        Finding finding = overslept
                ? finding(Finding.Kind.OVERSLEPT, "slept over published requests, and took them when rung", now)
                : null;
        stall.clear();
        return finding;
    }

    /**
     * One more sample without progress.
     *
     * @param passedNanos wall time since the sample before
     * @param late the monitor was not there when it should have been: what the thread did meanwhile was not seen
     * @return what follows, or null
     */
    Finding judge(QueueReading now, ThreadSample thread, long passedNanos, boolean late, Surroundings surroundings) {
        if (implausible > 1) {
            return finding(Finding.Kind.VIOLATION, "its journal's indices are impossible", now);
        }
        if (thread.exiting) {
            return null;
        }
        stall.add(now, thread, passedNanos, 2 * slots + 16);
        if (thread.state == 'T') {
            stall.stopped += late ? 0 : 1;
            return stall.stopped > 1 ? hang("stopped", now) : null;
        }
        stall.stopped = 0;
        Finding loop = loop(now);
        return loop != null ? loop : asleep(now, thread, late ? 0 : passedNanos, surroundings);
    }

    private Finding loop(QueueReading now) {
        long budget = budgets.loopNanos() * (warm ? 1 : COLD);
        if (stall.ownNanos >= Math.max(budget - RESOLUTION_NANOS, RESOLUTION_NANOS)) {
            return hang("runs without progress", now);
        }
        long userNanos = stall.userMillis() * 1_000_000;
        if (userNanos >= USER_BUDGETS * budget && userNanos > stall.wallNanos / 2) {
            return hang("runs in its own code without progress, whatever it says it does", now);
        }
        return null;
    }

    private Finding asleep(QueueReading now, ThreadSample thread, long passedNanos, Surroundings surroundings) {
        Activity activity = Activity.of(now.activity);
        boolean gone = thread.state == ThreadSample.GONE;
        if (thread.state == 'D' || activity == Activity.DEVICE && thread.sleeps()) {
            return inDevice(now, thread, passedNanos);
        }
        boolean waits = activity == Activity.WAITING && (now.throttled || surroundings.siblingAlive());
        if (!thread.sleeps() && !gone || waits) {
            return null;
        }
        stall.blockedNanos += passedNanos;
        if (gone || !surroundings.othersRun()) {
            stall.aloneNanos += passedNanos;
        }
        long budget = budgets.blockedNanos();
        if (stall.blockedNanos >= (stall.nudges + 1) * budget / (NUDGES + 1) && stall.nudges < NUDGES) {
            stall.nudges++;
            surroundings.nudge();
            return null;
        }
        boolean over = stall.aloneNanos >= budget || stall.blockedNanos >= BUSY_OTHERS * budget;
        if (over && !gone && now.inFlight() == 0 && thread.listens() && !surroundings.onlyGuest()) {
            return deaf(now);
        }
        return over ? hang(gone ? "has lost its worker" : "sleeps over its work", now) : null;
    }

    /** It listens for its guest, who says it has requests: a guest can take every ring out of the bell before it is heard. */
    private Finding deaf(QueueReading now) {
        if (stall.told) {
            return null;
        }
        stall.told = true;
        return finding(Finding.Kind.OVERSLEPT, "listens, and does not hear of what its guest says it has", now);
    }

    private Finding inDevice(QueueReading now, ThreadSample thread, long passedNanos) {
        stall.kernelNanos += passedNanos;
        stall.deviceNanos += thread.sleeps() ? passedNanos : 0;
        if (stall.deviceNanos >= budgets.deviceNanos()) {
            return hang("sleeps inside the device", now);
        }
        if (stall.kernelNanos >= budgets.blockedNanos() && !stall.told) {
            stall.told = true;
            String message = "in kernel, " + stall.kernelNanos / 1_000_000 + " ms";
            return finding(Finding.Kind.IN_KERNEL, message, now);
        }
        return null;
    }

    private Finding hang(String message, QueueReading now) {
        return finding(Finding.Kind.HANG, message, now);
    }

    private Finding finding(Finding.Kind kind, String message, QueueReading now) {
        return new Finding(kind, message, stall.figures(now));
    }
}
