// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as people write them: "4096", "96MiB", "1GiB". */
public final class ByteSize {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,19})(?: ?(B|KiB|MiB|GiB|TiB))?");
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

    private ByteSize() {}

    /** Empty when the text is no size, or one that a long does not hold. */
    public static OptionalLong parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Math.multiplyExact(Long.parseLong(form.group(1)), unitBytes(form.group(2))));
        } catch (ArithmeticException | NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** In the largest unit that leaves at least 1, with one decimal where it isn't whole: "1GiB", "1.5GiB". */
    public static String format(long bytes) {
        int unit = 0;
        while (unit < UNITS.length - 1 && bytes >= 1L << (10 * (unit + 1))) {
            unit++;
        }
        long unitBytes = 1L << (10 * unit);
        return bytes % unitBytes == 0
                ? bytes / unitBytes + UNITS[unit]
                : String.format(Locale.ROOT, "%.1f%s", (double) bytes / unitBytes, UNITS[unit]);
    }

    private static long unitBytes(String unit) {
        for (int i = 0; i < UNITS.length; i++) {
            if (UNITS[i].equals(unit)) {
                return 1L << (10 * i);
            }
        }
        return 1;
    }
}
