// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The life of one sector as a register: whether reads and writes, each begun and ended at some time, can have happened one
 * at a time, each at one moment between its begin and its end.
 *
 * <p>No two writes write the same value, so that every read names its write, and the question has an answer in
 * n log n (Gibbons and Korach, "Testing shared memories", 1997). A value with its write and reads holds the register from the
 * first end to the last begin among them. Where that is a stretch of time, no two stretches may overlap; where it is not,
 * all of them can share one moment, and it must find one outside the stretches.
 */
final class SectorRegister {
    /** The end of an operation that never ended. */
    static final long NEVER = Long.MAX_VALUE;

    private static final class Value {
        final long value;
        long writeBegin = NEVER;
        long firstEnd = NEVER;
        long lastBegin = Long.MIN_VALUE;

        Value(long value) {
            this.value = value;
        }

        void add(long begin, long end) {
            firstEnd = Math.min(firstEnd, end);
            lastBegin = Math.max(lastBegin, begin);
        }

        boolean isStretch() {
            return firstEnd < lastBegin;
        }

        @Override
        public String toString() {
            return "value " + value + " (written from " + writeBegin + ", first end " + firstEnd + ", last begin "
                    + lastBegin + ")";
        }
    }

    private final Map<Long, Value> values = new LinkedHashMap<>();

    /** A write whose effect, when {@code end} is {@link #NEVER}, may never come. */
    void write(long value, long begin, long end) {
        Value written = values.computeIfAbsent(value, Value::new);
        if (written.writeBegin != NEVER) {
            throw new IllegalArgumentException("values must be unique: value=" + value);
        }
        written.writeBegin = begin;
        written.add(begin, end);
    }

    void read(long value, long begin, long end) {
        values.computeIfAbsent(value, Value::new).add(begin, end);
    }

    /** Why no order of the operations explains what was read; empty when one does. */
    Optional<String> violation() {
        List<Value> stretches = new ArrayList<>();
        List<Value> moments = new ArrayList<>();
        for (Value value : values.values()) {
            if (value.writeBegin == NEVER) {
                return Optional.of("nobody ever wrote " + value);
            }
            if (value.firstEnd < value.writeBegin) {
                return Optional.of("read before it was written: " + value);
            }
            if (value.firstEnd != NEVER) {
                (value.isStretch() ? stretches : moments).add(value);
            }
        }
        stretches.sort(Comparator.comparingLong(value -> value.firstEnd));
        for (int i = 1; i < stretches.size(); i++) {
            if (stretches.get(i).firstEnd < stretches.get(i - 1).lastBegin) {
                return Optional.of("came back: " + stretches.get(i - 1) + " against " + stretches.get(i));
            }
        }
        return moments.stream()
                .flatMap(moment -> enclosing(stretches, moment).stream())
                .findFirst();
    }

    private static Optional<String> enclosing(List<Value> stretches, Value moment) {
        int low = 0;
        int high = stretches.size();
        while (low < high) {
            int middle = low + high >>> 1;
            if (stretches.get(middle).firstEnd < moment.lastBegin) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if (low > 0 && moment.firstEnd < stretches.get(low - 1).lastBegin) {
            return Optional.of("lost: " + moment + " while there was " + stretches.get(low - 1));
        }
        return Optional.empty();
    }
}
