// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.control;

/**
 * What a guest's device has got from its driver so far, and what that cost, over all takeovers and connections since the
 * device was plugged in. All but the outages is as the driver counts it.
 *
 * @param errors requests answered with an error, which are among the others too
 * @param cpuNanos processor time of the threads that serve it, waiting for requests included
 * @param throttledNanos how long a limit kept its requests waiting
 * @param outages how often its driver was replaced under it
 * @param stalledNanos all its outages together, each from the driver's death to the successor's first answer
 * @param inFlight requests now asked for and not answered
 */
public record UsageStatus(
        long reads,
        long writes,
        long flushes,
        long discards,
        long errors,
        long bytesRead,
        long bytesWritten,
        long cpuNanos,
        long throttledNanos,
        long outages,
        long stalledNanos,
        long lastOutageNanos,
        int inFlight) {
    public static final UsageStatus NONE = new UsageStatus(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    public long operations() {
        return reads + writes + flushes + discards;
    }

    public long bytes() {
        return bytesRead + bytesWritten;
    }

    /** Totals of both; what is so now is as {@code later} has it. */
    public UsageStatus plus(UsageStatus later) {
        return new UsageStatus(
                reads + later.reads,
                writes + later.writes,
                flushes + later.flushes,
                discards + later.discards,
                errors + later.errors,
                bytesRead + later.bytesRead,
                bytesWritten + later.bytesWritten,
                cpuNanos + later.cpuNanos,
                throttledNanos + later.throttledNanos,
                outages + later.outages,
                stalledNanos + later.stalledNanos,
                later.outages > 0 ? later.lastOutageNanos : lastOutageNanos,
                later.inFlight);
    }
}
