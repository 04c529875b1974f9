// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Which parts of a campaign a ledger holds: "2/4" one of four, "1,3/4" two that were merged, "1/1" everything. */
record Shards(TreeSet<Integer> numbers, int of) {
    private static final Pattern FORM = Pattern.compile("[1-9]\\d{0,5}(,[1-9]\\d{0,5})*/[1-9]\\d{0,5}");

    static boolean isValid(String word) {
        return FORM.matcher(word).matches() && parse(word).numbers.last() <= parse(word).of;
    }

    /** @param word a valid one */
    static Shards parse(String word) {
        int slash = word.indexOf('/');
        return new Shards(
                Arrays.stream(word.substring(0, slash).split(","))
                        .map(Integer::valueOf)
                        .collect(Collectors.toCollection(TreeSet::new)),
                Integer.parseInt(word.substring(slash + 1)));
    }

    /**
     * All of them together.
     *
     * @throws IllegalArgumentException if they are of different divisions, or one comes twice
     */
    static String union(List<String> words) {
        Shards all = parse(words.get(0));
        for (String word : words.subList(1, words.size())) {
            Shards next = parse(word);
            if (next.of != all.of || next.numbers.stream().anyMatch(all.numbers::contains)) {
                throw new IllegalArgumentException("the ledgers' shards must be different ones of one division: shard="
                        + word + " beside " + all.word());
            }
            all.numbers.addAll(next.numbers);
        }
        return all.word();
    }

    private String word() {
        if (numbers.size() == of) {
            return "1/1";
        }
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(",")) + "/" + of;
    }
}
