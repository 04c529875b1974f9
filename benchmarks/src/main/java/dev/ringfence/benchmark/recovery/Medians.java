// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import java.util.Collection;
import java.util.function.ToDoubleFunction;

/** The middle one. */
public final class Medians {
    private Medians() {}

    /** 0 of nothing; the mean of the two in the middle of an even number. */
    public static <T> double of(Collection<T> values, ToDoubleFunction<T> figure) {
        double[] sorted = values.stream().mapToDouble(figure).sorted().toArray();
        if (sorted.length == 0) {
            return 0;
        }
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
