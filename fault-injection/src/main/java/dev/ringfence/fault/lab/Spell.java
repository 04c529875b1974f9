// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Which calls of a device a fault spoils: some in a row among those of certain sorts. Any thread. */
final class Spell {
    /** What may be asked of a device. */
    enum Call {
        READ(2),
        WRITE(4),
        FLUSH(2),
        DISCARD(1);

        /** How many of them a driver is sure to be asked for in a trial: a spell begins among these. */
        private final int asked;

        Call(int asked) {
            this.asked = asked;
        }
    }

    private static final int LONGEST = 3;
    private static final Set<Call> CHANGES = EnumSet.of(Call.WRITE, Call.FLUSH, Call.DISCARD);

    private final Set<Call> sorts;
    private final int first;
    private final int end;
    private final AtomicInteger seen = new AtomicInteger();

    private Spell(Set<Call> sorts, int first, int calls) {
        this.sorts = sorts;
        this.first = first;
        this.end = calls == Integer.MAX_VALUE ? Integer.MAX_VALUE : first + calls;
    }

    /** Drawn for a fault; the first numbers of its chance go here. */
    static Spell of(DeviceFault.Kind kind, SplittableRandom random) {
        Set<Call> sorts = sorts(kind, random);
        int asked = sorts.stream().mapToInt(sort -> sort.asked).sum();
        int first = asked == 0 ? 1 : 1 + random.nextInt(asked);
        return new Spell(sorts, first, calls(kind, random));
    }

    private static Set<Call> sorts(DeviceFault.Kind kind, SplittableRandom random) {
        return switch (kind) {
            case ERROR ->
                switch (random.nextInt(3)) {
                    case 0 -> EnumSet.of(Call.READ);
                    case 1 -> CHANGES;
                    default -> EnumSet.allOf(Call.class);
                };
            case SHORT, MISDIRECTED -> EnumSet.of(random.nextBoolean() ? Call.READ : Call.WRITE);
            case SLOW, STUCK -> EnumSet.allOf(Call.class);
            case TORN, CORRUPTED_WRITE, FULL -> EnumSet.of(Call.WRITE);
            case CORRUPTED_READ -> EnumSet.of(Call.READ);
            case DROPPED_WRITE -> CHANGES;
            case DROPPED_FLUSH -> EnumSet.of(Call.FLUSH);
            case BAD_SECTORS -> EnumSet.noneOf(Call.class);
        };
    }

    private static int calls(DeviceFault.Kind kind, SplittableRandom random) {
        return switch (kind) {
            case SHORT, STUCK, MISDIRECTED, TORN -> 1;
            case FULL -> Integer.MAX_VALUE;
            default -> 1 + random.nextInt(LONGEST);
        };
    }

    /** Counts one call; true when it is to go wrong. */
    boolean strikes(Call call) {
        if (!sorts.contains(call)) {
            return false;
        }
        int number = seen.incrementAndGet();
        return number >= first && number < end;
    }
}
