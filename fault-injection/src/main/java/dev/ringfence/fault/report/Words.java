// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.report;

import dev.ringfence.fault.campaign.OutcomeClass;
import java.math.BigDecimal;
import java.util.Locale;

/** Figures and classes as people read them. */
final class Words {
    static final String NOTHING = "–";

    /** A space that keeps a number and its unit on one line. */
    private static final String SPACE = "\u00A0";

    private static final int DECIMALS_MAX = 5;
    private static final double ROUNDING = 1e-9;
    private static final double PERCENT = 100;
    private static final double THOUSAND = 1_000;
    private static final double MILLION = 1_000_000;

    private Words() {}

    static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    static String trials(long count) {
        return count(count) + (count == 1 ? " trial" : " trials");
    }

    static String share(Proportion share) {
        return share.isMeasured() ? percent(share.share()) : NOTHING;
    }

    static String bounds(Proportion share) {
        return share.isMeasured() ? percent(share.low()) + " to " + percent(share.high()) : NOTHING;
    }

    /** With two digits of what is missing to nothing or to everything, since that is what such rates differ in. */
    static String percent(double share) {
        double percent = share * PERCENT;
        double missing = Math.min(percent, PERCENT - percent);
        if (missing == 0) {
            return Math.round(percent) + SPACE + "%";
        }
        int decimals = (int) Math.max(1, Math.min(DECIMALS_MAX, 1 - Math.floor(Math.log10(missing) + ROUNDING)));
        return String.format(Locale.ROOT, "%." + decimals + "f", percent) + SPACE + "%";
    }

    /** What a share is to reach, as it was written. */
    static String bound(double least) {
        return "≥ "
                + BigDecimal.valueOf(least)
                        .movePointRight(2)
                        .stripTrailingZeros()
                        .toPlainString() + SPACE + "%";
    }

    static String micros(long micros) {
        if (micros < THOUSAND) {
            return micros + SPACE + "µs";
        }
        return micros < MILLION ? digits(micros / THOUSAND) + SPACE + "ms" : digits(micros / MILLION) + SPACE + "s";
    }

    /** The marks of an axis: powers of ten, so without decimals. */
    static String tick(double micros) {
        return micros(Math.round(micros)).replaceFirst("\\.0+(?=\\D)", "");
    }

    private static String digits(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%,.0f", value);
    }

    static String pace(double trialsASecond) {
        return Double.isNaN(trialsASecond) ? NOTHING : digits(trialsASecond);
    }

    static String part(String part) {
        return part.equals(Tally.NO_PART) ? "not in code" : part;
    }

    static String meaning(OutcomeClass outcome) {
        return switch (outcome) {
            case STILLBORN -> "no valid class: it never ran, and counts in no rate";
            case NOT_ACTIVATED -> "the faulty place was never reached";
            case MASKED -> "it was reached, and made no difference";
            case CRASH -> "an exception, an exit or a signal ended the driver at once";
            case HANG -> "no progress any more; the driver was killed for it";
            case HOG -> "over its budget of memory, processor time, descriptors or threads; killed for it";
            case PROTOCOL_VIOLATION -> "the front-end or the hypervisor caught the driver breaking the protocol";
            case DETECTED_DATA_ERROR -> "the guest was given an error, or saw by itself that data were wrong";
            case SILENT_CORRUPTION -> "the guest was told that all is well, and it was not";
            case PROPAGATED -> "somebody else was harmed: the hypervisor, the guest or a sibling";
        };
    }
}
