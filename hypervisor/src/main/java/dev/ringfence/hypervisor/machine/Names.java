// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The names of a machine: their form, and that none is used twice where it must be one thing's own. */
final class Names {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{1,32}");

    private final Map<String, Use> uses = new HashMap<>();

    private record Use(String place, boolean shared) {}

    /**
     * The name under {@code key}, which is one thing's own within {@code scope}; "" when there is none that can be used.
     */
    String claim(Section section, String key, String scope, String example) {
        Optional<String> name = wellFormed(section, key, example);
        name.ifPresent(claimed -> claim(section, key, scope + " " + claimed, false, "the name"));
        return name.orElse("");
    }

    /**
     * Reports {@code what} as used twice when an earlier section has claimed the same {@code identity}, unless both share.
     */
    void claim(Section section, String key, String identity, boolean shared, String what) {
        Use use = new Use(section.path(key) + " (line " + section.line(key) + ")", shared);
        Use first = uses.putIfAbsent(identity, use);
        if (first != null && !(first.shared && shared)) {
            section.problem(key, what + " is used already by " + first.place);
        }
    }

    static Optional<String> wellFormed(Section section, String key, String example) {
        Optional<String> name = section.requiredText(key, example);
        if (name.isPresent() && !FORM.matcher(name.get()).matches()) {
            section.problem(key, "a name is 1 to 32 letters, digits, \"_\" or \"-\"");
            return Optional.empty();
        }
        return name;
    }
}
