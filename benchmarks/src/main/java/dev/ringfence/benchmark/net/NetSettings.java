// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.net;

import dev.ringfence.domain.ReceiveMode;

/**
 * How a run is carried out.
 *
 * @param rounds that count; a short one comes before them, to warm up
 * @param seconds for each load, whole since iperf3 takes no others
 * @param queues of our NIC, 1 to 4
 * @param receive how the guest gets frames
 * @param skipPeers leave out other projects' programs; the floor and the kernel stay
 */
public record NetSettings(int rounds, int seconds, int queues, ReceiveMode receive, boolean skipPeers) {
    private static final int SECONDS_MAX = 600;
    private static final int QUEUES_MAX = 4;

    public NetSettings {
        if (rounds < 1) {
            throw new IllegalArgumentException("rounds must be at least 1: rounds=" + rounds);
        }
        if (seconds < 1 || seconds > SECONDS_MAX) {
            throw new IllegalArgumentException("seconds must be 1 to " + SECONDS_MAX + ": seconds=" + seconds);
        }
        if (queues < 1 || queues > QUEUES_MAX) {
            throw new IllegalArgumentException("queues must be 1 to " + QUEUES_MAX + ": queues=" + queues);
        }
    }
}
