// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.hypervisor.machine.RestartSpec;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RestartPolicyTest {
    private static final long SECOND = 1_000_000_000L;

    private final RestartPolicy policy =
            new RestartPolicy(new RestartSpec(3, Duration.ofSeconds(10), Duration.ofMillis(100)));

    @Test
    void isExceededByOneDeathMoreThanItsIntensityWithinThePeriod() {
        assertThat(IntStream.range(0, 4).mapToObj(i -> policy.diedInVain(i * SECOND)))
                .containsExactly(false, false, false, true);
        assertThat(policy.verdict()).isEqualTo("died 4 times within 10s without answering a request");
    }

    @Test
    void forgetsADeathAfterThePeriod() {
        assertThat(IntStream.range(0, 100).mapToObj(i -> policy.diedInVain(i * 3L * SECOND + i)))
                .containsOnly(false, true)
                .startsWith(false, false, false, true);
        policy.forgive();
        assertThat(IntStream.range(0, 100).mapToObj(i -> policy.diedInVain(i * 4L * SECOND)))
                .containsOnly(false);
    }

    @Test
    void countsTheDeathsThatConvictedARequestAsOne() {
        for (int conviction = 0; conviction < 3; conviction++) {
            assertThat(policy.diedInVain(0)).isFalse();
            assertThat(policy.inVain()).isEqualTo(1);
            assertThat(policy.convicted(0)).isFalse();
            assertThat(policy.inVain()).isZero();
        }
        assertThat(policy.convicted(0)).isTrue();
    }

    @Test
    void leavesDeathsBeforeTheLastLifeThatWorkedOutOfAConviction() {
        policy.diedInVain(0);
        policy.diedInVain(0);
        policy.worked();
        policy.diedInVain(0);
        policy.convicted(0);
        assertThat(policy.diedInVain(0)).isTrue();
    }
}
