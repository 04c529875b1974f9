// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import java.time.Duration;

/**
 * What to do about a driver domain that keeps dying of itself, as an OTP supervisor has it.
 *
 * @param intensity more deaths than this within the period, each of a life that was asked for something and answered nothing,
 *     and the domain is quarantined
 * @param period a death is forgotten after it
 * @param backoff pause before the second start in a row that came to nothing; it doubles from one to the next
 */
public record RestartSpec(int intensity, Duration period, Duration backoff) {
    /** A driver that can't work is given up after a few seconds; one that stumbles once a quarter of an hour never is. */
    public static final RestartSpec DEFAULT = new RestartSpec(5, Duration.ofMinutes(1), Duration.ofMillis(100));

    static final int INTENSITY_MAX = 1_000_000;
    static final Duration PERIOD_MIN = Duration.ofSeconds(1);
    static final Duration BACKOFF_MIN = Duration.ofMillis(1);
}
