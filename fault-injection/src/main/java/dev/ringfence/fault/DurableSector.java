// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The values that one sector may still be found to hold after a power cut.
 *
 * <p>Each value comes with its write and the reads that saw it. Where one of these ended before one of another value's began, the
 * first value was gone when the second was there; and where one of the second's had ended before a flush was asked for, the
 * flush must have found the second, or something later.
 */
final class DurableSector {
    private static final long NEVER = SectorRegister.NEVER;

    private static final class Value {
        long firstEnd = NEVER;
        long lastBegin;
    }

    private final Map<Long, Value> values = new HashMap<>();
    /** The last begin of all values that were forgotten. */
    private long forgottenBegin = -1;

    DurableSector(long initial) {
        begin(initial, 0);
        seen(initial, 0, 0);
    }

    /** From now on it may hold this. */
    void begin(long value, long begin) {
        values.computeIfAbsent(value, unknown -> new Value()).lastBegin = begin;
    }

    /** It did hold this at some moment between the two. */
    void seen(long value, long begin, long end) {
        Value seen = values.get(value);
        if (seen != null) {
            seen.firstEnd = Math.min(seen.firstEnd, end);
            seen.lastBegin = Math.max(seen.lastBegin, begin);
        }
    }

    /** Why a flush that was asked for at {@code flushBegin} can't have left this. */
    Optional<String> violation(long value, long flushBegin) {
        Value held = values.get(value);
        if (held == null) {
            return Optional.of(
                    value == SectorTag.GARBLED
                            ? "garbled"
                            : "value " + value + ", which nobody wrote or which was overwritten before the flush");
        }
        return held.firstEnd < overwritten(held, flushBegin)
                ? Optional.of("value " + value + ", which was overwritten before the flush")
                : Optional.empty();
    }

    /** What had ended before this moment was gone at {@code flushBegin}. */
    private long overwritten(Value except, long flushBegin) {
        long begin = forgottenBegin;
        for (Value value : values.values()) {
            if (value != except && value.firstEnd < flushBegin) {
                begin = Math.max(begin, value.lastBegin);
            }
        }
        return begin;
    }

    /** No flush will be judged that was asked for before {@code horizon}. */
    void forget(long horizon) {
        if (values.size() > 1) {
            values.values().removeIf(value -> {
                boolean gone = value.firstEnd < horizon && value.firstEnd < overwritten(value, horizon);
                forgottenBegin = gone ? Math.max(forgottenBegin, value.lastBegin) : forgottenBegin;
                return gone;
            });
        }
    }

    int remembered() {
        return values.size();
    }
}
