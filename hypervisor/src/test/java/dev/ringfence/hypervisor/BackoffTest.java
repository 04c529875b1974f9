// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final long MINUTE = 60_000_000_000L;

    private final Backoff backoff = new Backoff(Duration.ofSeconds(1));

    @Test
    void doublesUpToFiveSecondsAndBeginsAnewAfterAQuietTime() {
        assertThat(LongStream.range(0, 5).map(backoff::nextMillis))
                .containsExactly(1_000L, 2_000L, 4_000L, 5_000L, 5_000L);
        assertThat(backoff.nextMillis(MINUTE)).isEqualTo(1_000);
        assertThat(backoff.nextMillis(MINUTE)).isEqualTo(2_000);
        backoff.reset();
        assertThat(backoff.nextMillis(MINUTE)).isEqualTo(1_000);
    }
}
