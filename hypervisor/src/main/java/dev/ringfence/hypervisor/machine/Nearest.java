// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what a misspelt word was meant to be. */
final class Nearest {
    private Nearest() {}

    /** The candidate with the fewest edits, if it takes at most a third of the word's letters. */
    static Optional<String> to(String word, Collection<String> candidates) {
        int allowed = Math.max(1, word.length() / 3);
        return candidates.stream()
                .filter(candidate -> edits(word, candidate) <= allowed)
                .min(Comparator.comparingInt(candidate -> edits(word, candidate)));
    }

    /** {@code "; did you mean "x"?"}, or the whole choice when nothing is near. */
    static String hint(String word, Collection<String> candidates) {
        return to(word, candidates)
                .map(near -> "; did you mean \"" + near + "\"?")
                .orElseGet(() -> candidates.isEmpty() ? "" : "; there is: " + String.join(", ", candidates));
    }

    /** Levenshtein's distance, case ignored, one row at a time. */
    private static int edits(String left, String right) {
        String from = left.toLowerCase(Locale.ROOT);
        String to = right.toLowerCase(Locale.ROOT);
        int[] row = new int[to.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
