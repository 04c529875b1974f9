// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.hypervisor.machine.Durations;
import dev.ringfence.hypervisor.machine.RestartSpec;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * When a driver domain has died of itself often enough. Confined to one thread; times are System.nanoTime().
 *
 * <pre>
 *   a death by order, or of a life that answered something, or was asked for nothing    does not count
 *   any other death, and a start that came to nothing                                   counts
 *   a request convicted of having killed its drivers                                    counts once, for all the deaths that
 *                                                                                       it took to convict it
 * </pre>
 *
 * <p>A driver that answers between its deaths does its guests more good than harm: a takeover costs them a fraction of a
 * millisecond. And a SIGKILL out of the dark can't be told from a driver that kills itself, but does not keep anybody from
 * answering.
 */
final class RestartPolicy {
    private final RestartSpec spec;
    private final Deque<Long> deaths = new ArrayDeque<>();
    private int inVain;

    RestartPolicy(RestartSpec spec) {
        this.spec = spec;
    }

    /** A life came to nothing. True: once too often. */
    boolean diedInVain(long nowNanos) {
        inVain++;
        return count(nowNanos);
    }

    /** A life was worth it. */
    void worked() {
        inVain = 0;
    }

    /** The last deaths had one cause, and that is gone. True: it was one too many all the same. */
    boolean convicted(long nowNanos) {
        for (; inVain > 0 && !deaths.isEmpty(); inVain--) {
            deaths.removeLast();
        }
        inVain = 0;
        return count(nowNanos);
    }

    private boolean count(long nowNanos) {
        deaths.addLast(nowNanos);
        while (nowNanos - deaths.peekFirst() > spec.period().toNanos()) {
            deaths.removeFirst();
        }
        return deaths.size() > spec.intensity();
    }

    /** Lives that came to nothing since the last one that was worth it. */
    int inVain() {
        return inVain;
    }

    /** Begins anew. */
    void forgive() {
        deaths.clear();
        inVain = 0;
    }

    /** Why it was enough. */
    String verdict() {
        return "died " + deaths.size() + " times within " + Durations.format(spec.period())
                + " without answering a request";
    }
}
