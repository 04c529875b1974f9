// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.report;

/**
 * How many of how many, and how far the true share may be from that.
 *
 * <p>The bounds are Wilson's interval, which stays sound near 0 and 1, where rates of failures are; of a count of 0 the upper
 * one is the rule of three, 3/n. Confidence is 95 %.
 *
 * @param count at most {@code of}
 * @param of may be 0: then there is no share, and every one is possible
 */
record Proportion(long count, long of) {
    /** The standard normal distribution's 97.5th percentile. */
    private static final double Z = 1.959963984540054;

    private static final double RULE_OF_THREE = 3;

    Proportion {
        if (count < 0 || count > of) {
            throw new IllegalArgumentException("no part of a whole: count=" + count + " of=" + of);
        }
    }

    boolean isMeasured() {
        return of > 0;
    }

    /** From 0 to 1; not a number where nothing was measured. */
    double share() {
        return (double) count / of;
    }

    double low() {
        return count == 0 ? 0 : Math.max(0, middle() - reach());
    }

    double high() {
        if (count == of) {
            return 1;
        }
        return isByRuleOfThree() ? Math.min(1, RULE_OF_THREE / of) : Math.min(1, middle() + reach());
    }

    boolean isByRuleOfThree() {
        return count == 0 && of > 0;
    }

    private double middle() {
        return (count + Z * Z / 2) / (of + Z * Z);
    }

    private double reach() {
        double n = of;
        return Z / (n + Z * Z) * Math.sqrt(share() * (n - count) + Z * Z / 4);
    }
}
