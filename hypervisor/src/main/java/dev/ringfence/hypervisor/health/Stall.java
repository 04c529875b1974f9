// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.health;

import dev.ringfence.ring.Activity;
import java.util.LinkedHashMap;
import java.util.Map;

/** What is known of one time without progress: the sums a {@link QueueJudge} decides on. */
final class Stall {
    long wallNanos;
    /**
     * Processor time of the worker while it was serving, at both ends of the time it was spent in; without what it was seen
     * to spend first. The kernel counts a running thread's time at its ticks only, so that may be older than the stall.
     */
    long ownNanos;
    /** All its processor time. */
    long cpuNanos;

    long blockedNanos;
    /** Of it, with nobody else in the process running. */
    long aloneNanos;

    long kernelNanos;
    long deviceNanos;
    int stopped;
    int nudges;
    int inFlight;
    boolean told;

    private boolean begun;
    private boolean ticked;
    private char state;
    private int activity;
    private int firstActivity;
    private long lastCpuNanos;
    private long firstDelayNanos;
    private long delayNanos;
    private long firstUserMillis;
    private long userMillis;
    private long firstSystemMillis;
    private long systemMillis;

    void clear() {
        begun = false;
        ticked = false;
        wallNanos = 0;
        ownNanos = 0;
        cpuNanos = 0;
        blockedNanos = 0;
        aloneNanos = 0;
        kernelNanos = 0;
        deviceNanos = 0;
        stopped = 0;
        nudges = 0;
        inFlight = 0;
        told = false;
    }

    /**
     * @param passedNanos since the sample before; for the first one there is none
     * @param mostDeviceCalls more than that can't be without progress: then it is a loop around a device call
     */
    void add(QueueReading now, ThreadSample thread, long passedNanos, int mostDeviceCalls) {
        state = thread.state;
        inFlight = now.inFlight();
        if (!begun) {
            begin(now, thread);
        } else if (thread.state != ThreadSample.GONE) {
            long spent = Math.max(thread.cpuNanos - lastCpuNanos, 0);
            wallNanos += passedNanos;
            cpuNanos += spent;
            boolean serving = now.activity == activity && Activity.of(activity) == Activity.SERVING;
            ownNanos += ticked && (serving || deviceCalls(now) > mostDeviceCalls) ? spent : 0;
            ticked |= spent > 0;
        }
        activity = now.activity;
        lastCpuNanos = thread.cpuNanos;
        delayNanos = thread.delayNanos;
        userMillis = thread.userMillis;
        systemMillis = thread.systemMillis;
    }

    private void begin(QueueReading now, ThreadSample thread) {
        begun = true;
        firstActivity = now.activity;
        firstDelayNanos = thread.delayNanos;
        firstUserMillis = thread.userMillis;
        firstSystemMillis = thread.systemMillis;
    }

    private int deviceCalls(QueueReading now) {
        return Activity.deviceCalls(firstActivity, now.activity);
    }

    long userMillis() {
        return userMillis - firstUserMillis;
    }

    Map<String, Object> figures(QueueReading now) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("threadState", String.valueOf(state));
        figures.put("activity", Activity.of(now.activity).name().toLowerCase(java.util.Locale.ROOT));
        figures.put("inFlight", now.inFlight());
        figures.put("untaken", now.requestProducer - now.consumer);
        figures.put("ownCpuMicros", ownNanos / 1_000);
        figures.put("cpuMicros", cpuNanos / 1_000);
        figures.put("userMillis", userMillis());
        figures.put("systemMillis", systemMillis - firstSystemMillis);
        figures.put("waitedForCpuMicros", (delayNanos - firstDelayNanos) / 1_000);
        figures.put("wallMillis", wallNanos / 1_000_000);
        figures.put("asleepMillis", blockedNanos / 1_000_000);
        figures.put("inKernelMillis", kernelNanos / 1_000_000);
        figures.put("deviceCalls", deviceCalls(now));
        figures.put("nudges", nudges);
        return figures;
    }
}
