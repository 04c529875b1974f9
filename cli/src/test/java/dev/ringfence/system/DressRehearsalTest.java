// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The process whose classes {@code bin/ringfence} archives. */
@Timeout(60)
final class DressRehearsalTest {
    @AutoClose
    private final Workspace workspace = new Workspace();

    @Test
    void aDriverRehearsesWithoutAMachineAndEndsInOrder() throws Exception {
        RingfenceCommand rehearsal = RingfenceCommand.run(workspace, "rehearse");

        // Only a JVM that ends in order writes its archive.
        assertThat(rehearsal.exitCode()).as(rehearsal.output()).isZero();
        assertThat(rehearsal.output()).doesNotContain("ERROR", "Exception");
    }
}
