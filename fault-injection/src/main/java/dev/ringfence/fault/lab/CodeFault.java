// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

/**
 * A fault in a driver's code.
 *
 * @param site of the class, as {@link dev.ringfence.fault.mutation.Mutator} counts them
 * @param seed chooses among the edits that are possible there
 */
public record CodeFault(String className, int site, long seed) implements Fault {
    public static final String FAMILY = "code";

    @Override
    public String encode() {
        return FAMILY + " " + className + " " + site + " " + seed;
    }

    static CodeFault of(String text) {
        String[] words = text.split(" ", -1);
        return new CodeFault(words[0], Integer.parseInt(words[1]), Long.parseLong(words[2]));
    }
}
