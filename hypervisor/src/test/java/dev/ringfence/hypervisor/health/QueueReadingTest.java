// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.health;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class QueueReadingTest {
    private static final int ENOUGH = 18;

    @ParameterizedTest
    @CsvSource({
        "0, true, 0",
        "17, true, 0",
        "18, true, 18",
        "200, true, 200",
        "18, false, 0",
        "200, false, 0",
    })
    void postedBuffersAreLateOnceSomethingWaitsForThem(int taken, boolean waiting, int late) {
        QueueReading reading = new QueueReading();
        reading.committed = -5;
        reading.consumer = reading.committed + taken;
        reading.requestProducer = reading.consumer + 40;

        reading.posted(ENOUGH, () -> waiting);

        assertThat(reading.inFlight()).isEqualTo(late);
        assertThat(reading.untaken()).isFalse();
        assertThat(reading.unpublished()).isFalse();
    }
}
