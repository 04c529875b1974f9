// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.net;

import dev.ringfence.benchmark.Goal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the network path is meant to reach, and how near a run came. */
final class NetGoals {
    private static final double OF_FLOOR = 0.7;
    private static final double AHEAD = 1.0;
    /** By way of guest and driver a ping and its answer are handed over four times, where the kernel does all by itself. */
    private static final int ROUND_TRIPS = 2;
    /** Less than a byte: a JVM may allocate something of its own while millions of frames pass. */
    private static final double ALLOCATED_BYTES = 0.5;

    private final NetResults results;
    private final String crowd;
    private final List<Goal> goals = new ArrayList<>();

    /** @param loadAverage of the minute before */
    NetGoals(NetResults results, int cores, double loadAverage) {
        this.results = results;
        this.crowd = String.format(
                Locale.ROOT, "; on %d processors, at a load average of %.1f before the run", cores, loadAverage);
    }

    /** @param allocated bytes a frame, by domain; empty when they were not measured */
    List<Goal> evaluate(Map<String, Double> allocated) {
        for (NetWorkload workload : NetWorkload.values()) {
            if (workload.isTcp()) {
                over(LinkKind.RELAY, workload, OF_FLOOR, "a frame goes through four threads here, through two there");
            }
            if (workload.isTcp() || workload.isUdp()) {
                for (LinkKind peer : LinkKind.values()) {
                    if (peer.role() == LinkKind.Role.PEER) {
                        over(peer, workload, AHEAD, "it is faster, with no isolation between the two sides");
                    }
                }
            }
        }
        added();
        allocated.forEach((who, bytes) -> goals.add(Goal.atMost(
                "bytes allocated per frame, " + who,
                ALLOCATED_BYTES,
                bytes,
                "something on the way of a frame allocates")));
        return goals;
    }

    private void over(LinkKind against, NetWorkload workload, double bound, String why) {
        results.ratio(LinkKind.DRIVER, against, workload)
                .ifPresent(ratio -> goals.add(Goal.atLeast(
                        "driver over " + against.label() + ", " + workload.label(), bound, ratio, why + crowd)));
    }

    private void added() {
        results.added(LinkKind.DRIVER, LinkKind.KERNEL)
                .ifPresent(added -> results.notificationMicros()
                        .ifPresent(trip -> goals.add(Goal.atMost(
                                "microseconds an idle ping takes longer than by veth, against two notifications and answers",
                                Math.round(10 * ROUND_TRIPS * trip) / 10.0,
                                added,
                                String.format(Locale.ROOT, "a notification and its answer took %.1f us", trip)
                                        + crowd))));
    }
}
