// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.ring;

import dev.ringfence.memory.Window;

/**
 * A cheap mixing sum that tells a journal entry from one that was overwritten. Not against forgers: who can write here at
 * all can compute it.
 */
final class Checksum {
    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

    private Checksum() {}

    static long of(long first, long second) {
        return mix(mix(MULTIPLIER, first), second);
    }

    /** The tail that fills no whole word is taken as bytes. */
    static long add(long sum, Window window, long offset, int bytes) {
        long result = sum;
        int at = 0;
        for (; at + 8 <= bytes; at += 8) {
            result = mix(result, window.getLong(offset + at));
        }
        for (; at < bytes; at++) {
            result = mix(result, window.getByte(offset + at));
        }
        return result;
    }

    static int fold(long sum) {
        return (int) (sum ^ sum >>> 32);
    }

    private static long mix(long sum, long word) {
        long mixed = (sum ^ word) * MULTIPLIER;
        return mixed ^ mixed >>> 29;
    }
}
