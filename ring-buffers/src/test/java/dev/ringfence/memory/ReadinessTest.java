// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class ReadinessTest {
    @AutoClose
    private final Doorbell.Pair bell = Doorbell.create();

    @AutoClose
    private final Doorbell.Pair file = Doorbell.create();

    private final Doorbell.Listener listener = new Doorbell.Listener(bell.listener());
    private final Readiness readiness = new Readiness(listener, file.listener());

    @Test
    void theBellIsTaken() {
        new Doorbell.Ringer(bell.ringer()).ring();
        assertThat(readiness.await()).isTrue();
        assertThat(listener.await(0)).isFalse();
    }

    @Test
    void theFileIsNotTouched() {
        new Doorbell.Ringer(file.ringer()).ring();
        assertThat(readiness.await()).isTrue();
        assertThat(readiness.await()).isTrue();
        assertThat(new Doorbell.Listener(file.listener()).await(0)).isTrue();
    }

    @Test
    void whatIsLeftInAFileOfWhichNothingMoreComesCanBeRead() {
        new Doorbell.Ringer(file.ringer()).ring();
        file.ringer().close();
        assertThat(readiness.await()).isTrue();
        new Doorbell.Listener(file.listener()).await();
        assertThat(readiness.await()).isFalse();
    }
}
