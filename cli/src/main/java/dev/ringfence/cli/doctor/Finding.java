// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli.doctor;

import java.util.Locale;

/**
 * What one check found.
 *
 * @param name what was looked for
 * @param found what is there, in a few words
 * @param cost what does not work, or not as well, as it is; "" when it is ok
 * @param remedy how to get it; "" when it is ok
 */
public record Finding(String name, Status status, String found, String cost, String remedy) {
    /** How much of a machine works with what was found. */
    public enum Status {
        OK,
        /** It works, but not as well. */
        WARN,
        /** No machine will run, or not safely. */
        MISSING;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Finding ok(String name, String found) {
        return new Finding(name, Status.OK, found, "", "");
    }

    static Finding warn(String name, String found, String cost, String remedy) {
        return new Finding(name, Status.WARN, found, cost, remedy);
    }

    static Finding missing(String name, String found, String cost, String remedy) {
        return new Finding(name, Status.MISSING, found, cost, remedy);
    }
}
