// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DoorbellTest {
    private static final int MORE_THAN_A_PIPE_HOLDS = 100_000;

    @Test
    void ringsOfABellNobodyListensToNeitherBlockNorGetLost() {
        try (Doorbell.Pair pair = Doorbell.create()) {
            Doorbell.Ringer ringer = new Doorbell.Ringer(pair.ringer());
            Doorbell.Listener listener = new Doorbell.Listener(pair.listener());
            for (int i = 0; i < MORE_THAN_A_PIPE_HOLDS; i++) {
                assertThat(ringer.ring()).isTrue();
            }
            while (listener.await(0)) {
                listener.nonBlocking();
            }
            assertThat(ringer.ring()).isTrue();
            assertThat(listener.await(0)).isTrue();
            assertThat(listener.await(0)).isFalse();
        }
    }

    @Test
    void tellsWhenNobodyIsThereToHear() {
        try (Doorbell.Pair pair = Doorbell.create()) {
            Doorbell.Ringer ringer = new Doorbell.Ringer(pair.ringer());
            pair.listener().close();
            assertThat(ringer.ring()).isFalse();
        }
    }
}
