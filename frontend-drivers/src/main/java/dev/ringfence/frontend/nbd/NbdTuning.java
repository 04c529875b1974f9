// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import java.time.Duration;

/**
 * How a gateway spends its time.
 *
 * @param spin how long at most an event loop looks for the disk's answers before it sleeps, while that pays
 * @param starvation how long a client's requests may wait for buffers that other clients hold and don't move, until
 *     those are dropped
 * @param handshake how long a client may take to choose an export
 * @param drain how long closing waits for requests in flight
 */
public record NbdTuning(Duration spin, Duration starvation, Duration handshake, Duration drain) {
    private static final Duration SPIN = Duration.ofNanos(50_000);

    public static NbdTuning defaults() {
        return new NbdTuning(SPIN, Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(5));
    }

    public NbdTuning withSpin(Duration newSpin) {
        return new NbdTuning(newSpin, starvation, handshake, drain);
    }

    public NbdTuning withStarvation(Duration newStarvation) {
        return new NbdTuning(spin, newStarvation, handshake, drain);
    }

    public NbdTuning withHandshake(Duration newHandshake) {
        return new NbdTuning(spin, starvation, newHandshake, drain);
    }

    public NbdTuning withDrain(Duration newDrain) {
        return new NbdTuning(spin, starvation, handshake, newDrain);
    }
}
