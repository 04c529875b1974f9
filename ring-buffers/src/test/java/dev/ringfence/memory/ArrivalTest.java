// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ArrivalTest {
    @Test
    void tellsWhetherSomethingWaits() {
        Doorbell.Pair pair = Doorbell.create();
        Arrival arrival = new Arrival(pair.listener());
        assertThat(arrival.isThere()).isFalse();

        try (Doorbell.Ringer ringer = new Doorbell.Ringer(pair.ringer().duplicate());
                Doorbell.Listener listener =
                        new Doorbell.Listener(pair.listener().duplicate())) {
            ringer.ring();
            assertThat(arrival.isThere()).isTrue();
            assertThat(arrival.isThere()).isTrue();

            listener.await();
            assertThat(arrival.isThere()).isFalse();
        }
        pair.close();
    }

    @Test
    void nothingArrivesWhereNobodyCanSend() {
        Doorbell.Pair pair = Doorbell.create();
        Arrival arrival = new Arrival(pair.listener());

        pair.ringer().close();

        assertThat(arrival.isThere()).isFalse();
        pair.listener().close();
    }
}
