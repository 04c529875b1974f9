// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.benchmark.Goal;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class NetGoalsTest {
    private final NetResults results = new NetResults();

    @Test
    void takesTheMedianOfTheRatiosOfNeighbouringRounds() {
        add(LinkKind.DRIVER, NetWorkload.TCP_OUT, 8, 30, 5);
        add(LinkKind.RELAY, NetWorkload.TCP_OUT, 10, 30, 10);
        Goal goal = goal("driver over relay, tcp, 1 stream, out");
        assertThat(goal.measured()).isEqualTo(0.8);
        assertThat(goal.met()).isTrue();
        assertThat(goal.why()).isNull();
    }

    @Test
    void leavesOutRoundsThatAPeerFailed() {
        add(LinkKind.DRIVER, NetWorkload.UDP_IN, 100, 100, 100);
        results.add(LinkKind.VDE, NetWorkload.UDP_IN, 2, new NetFigures(200, Map.of()));
        Goal goal = goal("driver over vde, udp, 64 bytes, in");
        assertThat(goal.measured()).isEqualTo(0.5);
        assertThat(goal.met()).isFalse();
        assertThat(goal.why()).contains("load average of 0.1");
    }

    @Test
    void comparesWhatAPingTakesLongerWithTwoNotifications() {
        add(LinkKind.DRIVER, NetWorkload.PING_IDLE, 120);
        add(LinkKind.KERNEL, NetWorkload.PING_IDLE, 20);
        results.addNotification(1, new NetFigures(40, Map.of()));
        Goal goal = goal("microseconds an idle ping takes longer than by veth, against two notifications and answers");
        assertThat(goal.goal()).isEqualTo("<= 80.0");
        assertThat(goal.missedBy()).isCloseTo(20, Assertions.within(1e-9));
    }

    private Goal goal(String name) {
        return new NetGoals(results, 2, 0.1)
                .evaluate(Map.of()).stream()
                        .filter(goal -> goal.name().equals(name))
                        .findFirst()
                        .orElseThrow();
    }

    private void add(LinkKind link, NetWorkload workload, double... values) {
        for (int round = 1; round <= values.length; round++) {
            results.add(link, workload, round, new NetFigures(values[round - 1], Map.of()));
        }
    }
}
