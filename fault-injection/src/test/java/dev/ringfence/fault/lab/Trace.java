// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the calls of a {@link LabDisk} must look like when one driver died and another took over. */
final class Trace {
    private Trace() {}

    /**
     * Judges the calls for requests that each make a call of their own.
     *
     * <p>A driver that began a request has taken all before it; its successor replays what is unfinished of these in their
     * order, and has told how many it found begun.
     */
    static List<String> violations(List<Operation> submitted, List<String> trace, long suspects) {
        List<String> calls = submitted.stream().map(Trace::call).toList();
        Map<String, List<Integer>> lives = new LinkedHashMap<>();
        for (String line : trace) {
            int space = line.indexOf(' ');
            lives.computeIfAbsent(line.substring(0, space), life -> new ArrayList<>())
                    .add(calls.indexOf(line.substring(space + 1)));
        }
        List<String> found = new ArrayList<>();
        if (lives.size() > 1) {
            List<List<Integer>> inOrder = List.copyOf(lives.values());
            judge(inOrder.get(0), inOrder.get(1), suspects, trace, found);
        }
        return found;
    }

    private static void judge(
            List<Integer> before, List<Integer> after, long suspects, List<String> trace, List<String> found) {
        int last = before.stream().mapToInt(Integer::intValue).max().orElse(-1);
        List<Integer> replayed = after.stream().filter(call -> call <= last).toList();
        if (!replayed.equals(replayed.stream().sorted().toList())) {
            found.add("replayed out of order: " + trace);
        }
        Set<Integer> repeated = new HashSet<>(before);
        repeated.retainAll(after);
        if (repeated.size() > suspects) {
            found.add("repeated " + repeated.size() + " calls of " + suspects + " suspects: " + trace);
        }
    }

    private static String call(Operation operation) {
        return operation.kind() + " " + operation.sector() + " " + operation.count();
    }
}
