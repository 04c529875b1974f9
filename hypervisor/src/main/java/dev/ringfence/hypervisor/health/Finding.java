// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.health;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the monitor found, with its evidence.
 *
 * @param figures the unit in the key
 */
public record Finding(Kind kind, String message, Map<String, Object> figures) {
    /** What was found, by its word in the event stream. */
    public enum Kind {
        /** No progress, by its own fault. */
        HANG("hang", true),
        /** More than it may use. */
        GREED("greed", true),
        /** What it wrote is impossible. */
        VIOLATION("driver-violation", true),
        /** As greed, but of grants, which a guest can feign: no reason to harm the others. */
        PINNED("pinned-grants", false),
        /** A guest says that it broke the protocol. */
        REPORTED("driver-reported", false),
        /** No progress inside the kernel, where killing gains nothing. */
        IN_KERNEL("in-kernel", false),
        /** It slept over its guest's requests, and took them when rung. */
        OVERSLEPT("overslept", false);

        private final String word;
        private final boolean fatal;

        Kind(String word, boolean fatal) {
            this.word = word;
            this.fatal = fatal;
        }

        public String word() {
            return word;
        }

        /** The process is killed for it. */
        public boolean fatal() {
            return fatal;
        }
    }

    public Finding {
        figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    }
}
