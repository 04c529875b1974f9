// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.health;

import dev.ringfence.hypervisor.machine.Budgets;
import dev.ringfence.ring.Activity;

/** A queue and its worker, made up sample by sample, before a {@link QueueJudge}. */
final class Patient implements Surroundings {
    static final int SLOTS = 32;
    private static final long MILLI = 1_000_000;

    private final QueueJudge judge = new QueueJudge(Budgets.DEFAULT, SLOTS);
    final QueueReading reading = new QueueReading();
    final ThreadSample thread = new ThreadSample();
    boolean warm = true;
    boolean othersRun;
    boolean siblingAlive;
    boolean onlyGuest;
    int nudges;
    private int deviceCalls;

    Patient() {
        reading.owned = true;
        reading.owner = 1;
        reading.plausible = true;
        thread.state = 'S';
        look();
    }

    /** The driver took what the guest published, and has not answered. */
    Patient took(int requests) {
        reading.consumer += requests;
        reading.requestProducer = reading.consumer;
        look();
        return this;
    }

    Patient answered() {
        reading.committed = reading.consumer;
        reading.responseProducer = reading.consumer;
        return this;
    }

    Patient doing(Activity activity) {
        deviceCalls += activity == Activity.DEVICE ? 1 : 0;
        reading.activity = deviceCalls << 2 | activity.ordinal();
        return this;
    }

    Finding look() {
        return look(2, false);
    }

    Finding look(long passedMillis, boolean late) {
        return judge.suspects(reading, warm, this)
                ? judge.judge(reading, thread, passedMillis * MILLI, late, this)
                : judge.calm(reading);
    }

    /** On a processor in its own code all the time; what was found first. */
    Finding runs(long millis) {
        return pass('R', millis, MILLI, 1, 0);
    }

    /** On a processor inside the kernel. */
    Finding runsInKernel(long millis) {
        return pass('R', millis, MILLI, 0, 1);
    }

    /** Ready to run, without a processor. */
    Finding starves(long millis) {
        return pass('R', millis, 0, 0, 0);
    }

    Finding rests(char state, long millis) {
        return pass(state, millis, 0, 0, 0);
    }

    private Finding pass(char state, long millis, long cpuNanos, int user, int system) {
        thread.state = state;
        for (long i = 0; i < millis; i++) {
            thread.cpuNanos += cpuNanos;
            thread.userMillis += user;
            thread.systemMillis += system;
            Finding finding = look(1, false);
            if (finding != null) {
                return finding;
            }
        }
        return null;
    }

    @Override
    public boolean othersRun() {
        return othersRun;
    }

    @Override
    public boolean siblingAlive() {
        return siblingAlive;
    }

    @Override
    public boolean onlyGuest() {
        return onlyGuest;
    }

    @Override
    public void nudge() {
        nudges++;
    }
}
