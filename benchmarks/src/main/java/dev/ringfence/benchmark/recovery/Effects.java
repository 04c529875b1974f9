// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

/**
 * What the guest found out about its requests in all of a run, or some of it; all but the first are to be 0.
 *
 * @param errors answers that were not OKAY
 * @param lost acknowledged and not there, or never answered
 * @param doubled done, or answered, a second time after something newer
 * @param stale reads of what had been replaced before
 * @param garbled reads of what nobody wrote there
 */
public record Effects(long operations, long errors, long lost, long doubled, long stale, long garbled) {
    static final Effects NONE = new Effects(0, 0, 0, 0, 0, 0);

    static Effects of(LoadMemory memory) {
        return new Effects(
                memory.sum(Counter.OPERATIONS),
                memory.sum(Counter.ERRORS),
                memory.sum(Counter.LOST),
                memory.sum(Counter.DOUBLED),
                memory.sum(Counter.STALE),
                memory.sum(Counter.GARBLED));
    }

    Effects plus(Effects other) {
        return new Effects(
                operations + other.operations,
                errors + other.errors,
                lost + other.lost,
                doubled + other.doubled,
                stale + other.stale,
                garbled + other.garbled);
    }

    /** All that should not be. */
    long wrong() {
        return errors + lost + doubled + stale + garbled;
    }
}
