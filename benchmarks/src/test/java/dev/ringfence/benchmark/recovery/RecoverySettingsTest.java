// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringfence.benchmark.recovery.RecoverySettings.Outages;
import dev.ringfence.benchmark.recovery.RecoverySettings.Throughput;
import dev.ringfence.hypervisor.control.KillMethod;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RecoverySettingsTest {
    private static final List<KillMethod> WAYS = List.of(KillMethod.KILL);

    private static void refused(ThrowingCallable settings, String message) {
        assertThatThrownBy(settings)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void whatNoMachineCanDoIsRefused() {
        refused(() -> new Outages(WAYS, List.of(33), List.of(1), 1, 1, false, true), "depth must be 1 to 32");
        refused(() -> new Outages(WAYS, List.of(1), List.of(9), 1, 1, false, true), "queues must be 1 to 8");
        refused(() -> new Outages(WAYS, List.of(1), List.of(1), -1, 1, false, true), "kills must be at least 0");
        refused(() -> new Outages(List.of(), List.of(1), List.of(1), 1, 1, false, true), "at least one of each");
        refused(() -> new Throughput(1, 0), "seconds must be 0.1 to 600");
    }
}
