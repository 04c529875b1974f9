// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import java.util.OptionalLong;

/**
 * What a guest may ask of one of its disks in a second; empty: as much as it gets.
 *
 * @param operations requests of every kind
 * @param bytes read and written together
 */
public record RateLimits(OptionalLong operations, OptionalLong bytes) {
    /** Below it, one large request would hold up the next ones for too long. */
    public static final long BYTES_MIN = 1L << 20;

    public static final RateLimits NONE = new RateLimits(OptionalLong.empty(), OptionalLong.empty());

    static final String[] KEYS = {"iops", "bandwidth"};

    private static final int OPERATIONS_MAX = 1_000_000_000;

    static RateLimits parse(Section device) {
        return device.section("limits", KEYS).map(RateLimits::read).orElse(NONE);
    }

    private static RateLimits read(Section limits) {
        int operations = limits.number("iops", 1, OPERATIONS_MAX, 0);
        OptionalLong bytes = limits.size("bandwidth");
        if (bytes.isPresent() && bytes.getAsLong() < BYTES_MIN) {
            limits.problem("bandwidth", "at least " + ByteSize.format(BYTES_MIN) + " a second");
        }
        return new RateLimits(operations == 0 ? OptionalLong.empty() : OptionalLong.of(operations), bytes);
    }
}
