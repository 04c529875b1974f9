// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as people write them: "10ms", "2s". */
final class TimeSpan {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,9}) ?(ms|s)");
    private static final long MILLI = 1_000_000;

    private TimeSpan() {}

    /** In nanoseconds; empty when the text is no time. */
    static OptionalLong parse(String text) {
        Matcher form = FORM.matcher(text);
        return form.matches()
                ? OptionalLong.of(
                        Long.parseLong(form.group(1)) * MILLI * (form.group(2).equals("s") ? 1_000 : 1))
                : OptionalLong.empty();
    }

    static String format(Duration time) {
        return time.toMillis() % 1_000 == 0 ? time.toSeconds() + "s" : time.toMillis() + "ms";
    }
}
