// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

/**
 * A fault in a driver's code.
 *
 * @param site of the class, as {@link dev.ringfence.fault.mutation.Mutator} counts them
 * @param seed chooses among the edits that are possible there
 */
public record Fault(String className, int site, long seed) {
    String encode() {
        return className + " " + site + " " + seed;
    }

    static Fault decode(String text) {
        String[] words = text.split(" ", -1);
        return new Fault(words[0], Integer.parseInt(words[1]), Long.parseLong(words[2]));
    }
}
