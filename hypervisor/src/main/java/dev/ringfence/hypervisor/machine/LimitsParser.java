// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads what a domain may use. */
final class LimitsParser {
    private static final int MOST = 1_000_000;
    /** A JVM has some twenty threads, and opens some fifty files, before it does anything. */
    private static final int LEAST_THREADS = 32;

    private static final int LEAST_FILES = 64;

    private LimitsParser() {}

    static Limits ofDriver(Section owner) {
        Optional<Section> section = owner.section(
                "limits", "memory", "cpu", "files", "threads", "grants", "violations", "loop", "blocked", "device");
        Budgets budgets = section.map(LimitsParser::budgets).orElse(Budgets.DEFAULT);
        return new Limits(memory(section, "driver domain"), budgets);
    }

    static Limits ofGuest(Section owner) {
        return new Limits(memory(owner.section("limits", "memory"), "guest"));
    }

    private static OptionalLong memory(Optional<Section> section, String what) {
        OptionalLong memory = section.map(limits -> limits.size("memory")).orElse(OptionalLong.empty());
        if (memory.isPresent() && memory.getAsLong() < Limits.MEMORY_BYTES_MIN) {
            section.get()
                    .problem("memory", "a " + what + " needs at least " + ByteSize.format(Limits.MEMORY_BYTES_MIN));
        }
        return memory;
    }

    private static Budgets budgets(Section section) {
        Budgets standard = Budgets.DEFAULT;
        return new Budgets(
                nanos(section.duration("loop", Duration.ofMillis(5), Duration.ofSeconds(10)), standard.loopNanos()),
                nanos(
                        section.duration("blocked", Duration.ofMillis(50), Duration.ofMinutes(10)),
                        standard.blockedNanos()),
                nanos(section.duration("device", Duration.ofMillis(100), Duration.ofHours(1)), standard.deviceNanos()),
                section.percent("cpu"),
                section.number("files", LEAST_FILES, MOST),
                section.number("threads", LEAST_THREADS, MOST),
                section.number("grants", 1, MOST),
                section.number("violations", 1, MOST));
    }

    private static long nanos(Optional<Duration> given, long otherwise) {
        return given.map(Duration::toNanos).orElse(otherwise);
    }
}
