// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.health;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A guest that complains all day keeps nobody else from being heard. */
final class ReportDeskTest {
    private static final long SECOND = 1_000_000_000;

    private final ReportDesk desk = new ReportDesk();

    @Test
    void takesOneReportASecondFromEachGuestAndCountsTheOthers() {
        for (int i = 0; i < 1_000; i++) {
            desk.file(report(1), i * SECOND / 1_000);
        }
        desk.file(report(2), SECOND / 2);
        desk.file(report(1), SECOND);

        assertThat(desk.take())
                .extracting(filed -> filed.report().guest(), ReportDesk.Filed::dropped)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(1, 0L),
                        org.assertj.core.groups.Tuple.tuple(2, 0L),
                        org.assertj.core.groups.Tuple.tuple(1, 999L));
        assertThat(desk.take()).isEmpty();
    }

    private static ViolationReport report(int guest) {
        return new ViolationReport(guest, guest + "/51712.0", 0, 0, 0, 0, "");
    }
}
