// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.health;

import dev.ringfence.hypervisor.health.Finding.Kind;
import dev.ringfence.hypervisor.machine.ByteSize;
import java.util.Map;

/** Whether a process takes more than it may, or stands still altogether: a state machine over samples of its usage. */
final class UsageJudge {
    static final long CPU_WINDOW_NANOS = 10_000_000_000L;

    private long windowNanos;
    private long windowCpuMillis = -1;
    private int stopped;

    /**
     * @param nowNanos when the sample was taken
     * @return what follows, or null
     */
    Finding judge(Usage usage, Allowance allowance, long nowNanos) {
        stopped = usage.state == 'T' ? stopped + 1 : 0;
        if (stopped > 1) {
            return new Finding(Kind.HANG, "stopped", Map.of("threadState", "T"));
        }
        long bytes = usage.ownBytes(allowance.sharedBytes());
        if (bytes > allowance.memoryBytes()) {
            return memory(usage, allowance, bytes);
        }
        if (usage.files > allowance.files()) {
            return count("files", usage.files, allowance.files());
        }
        if (usage.threads > allowance.threads()) {
            return count("threads", usage.threads, allowance.threads());
        }
        return cpu(usage, allowance, nowNanos);
    }

    private static Finding memory(Usage usage, Allowance allowance, long bytes) {
        String limit = ByteSize.format(allowance.memoryBytes());
        return new Finding(
                Kind.GREED,
                "uses " + ByteSize.format(bytes) + " of memory, may use " + limit,
                Map.of(
                        "ownBytes",
                        bytes,
                        "limitBytes",
                        allowance.memoryBytes(),
                        "anonymousBytes",
                        usage.anonymousBytes,
                        "swappedBytes",
                        usage.swappedBytes,
                        "sharedBytes",
                        usage.sharedBytes,
                        "handedBytes",
                        allowance.sharedBytes()));
    }

    private static Finding count(String what, int used, int limit) {
        return new Finding(
                Kind.GREED, "has " + used + " " + what + ", may have " + limit, Map.of(what, used, "limit", limit));
    }

    private Finding cpu(Usage usage, Allowance allowance, long nowNanos) {
        long passedNanos = nowNanos - windowNanos;
        if (windowCpuMillis >= 0 && passedNanos < CPU_WINDOW_NANOS) {
            return null;
        }
        long spentMillis = usage.cpuMillis - windowCpuMillis;
        long percent = windowCpuMillis < 0 ? 0 : 100 * spentMillis * 1_000_000 / passedNanos;
        windowNanos = nowNanos;
        windowCpuMillis = usage.cpuMillis;
        if (percent <= allowance.cpuPercent()) {
            return null;
        }
        return new Finding(
                Kind.GREED,
                "uses " + percent + "% of a processor, may use " + allowance.cpuPercent() + "%",
                Map.of(
                        "cpuPercent",
                        percent,
                        "limitPercent",
                        allowance.cpuPercent(),
                        "cpuMillis",
                        spentMillis,
                        "windowMillis",
                        passedNanos / 1_000_000));
    }
}
