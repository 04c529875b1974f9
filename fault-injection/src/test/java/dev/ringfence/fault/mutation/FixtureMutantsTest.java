// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.mutation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What each edit of the operators from machine code does to code small enough to tell. */
final class FixtureMutantsTest {
    @Test
    void branchesAreInvertedForcedAndNeverTaken() {
        assertThat(Outcomes.of("absolute", Operator.BRANCH, 5))
                .containsOnly(entry("IFGE -> IFLT", -5), entry("IFGE -> always", 5), entry("IFGE -> never", -5));
        assertThat(Outcomes.of("absolute", Operator.BRANCH, -5))
                .containsOnly(entry("IFGE -> IFLT", -5), entry("IFGE -> always", -5), entry("IFGE -> never", 5));
        assertThat(Outcomes.of("choose", Operator.BRANCH, 2))
                .containsOnly(
                        entry("switch -> always default", 30),
                        entry("switch -> always case 1", 10),
                        entry("switch -> always case 2", 20));
    }

    @Test
    void loopsRunOneRoundMoreOrLessOrForEver() {
        assertThat(Outcomes.of("sum", Operator.LOOP, edit -> edit.matches(".* [+-] 1"), 4))
                .containsOnly(entry("0: bound of IF_ICMPGE + 1", 10), entry("0: bound of IF_ICMPGE - 1", 3));
        assertThat(Outcomes.mutants("sum", Operator.LOOP))
                .containsKeys(
                        "0: IF_ICMPGE: the loop is never left here", "0: bound of IF_ICMPGE << 16", "1: i += 1 -> 0");
        assertThat(Outcomes.of("sumLong", Operator.LOOP, edit -> edit.matches(".* [+-] 1"), 4L))
                .containsOnly(entry("0: bound of LCMP + 1", 10L), entry("0: bound of LCMP - 1", 3L));
        assertThat(Outcomes.mutants("sumLong", Operator.LOOP)).containsKey("1: IFGE: the loop is never left here");
        assertThat(Outcomes.mutants("halvings", Operator.LOOP)).containsKey("1: IFNE: always another round");
        assertThat(Outcomes.of("halvings", Operator.LOOP, edit -> edit.endsWith("-> 0"), 9))
                .containsOnly(entry("0: halvings += 1 -> 0", 0));
    }

    @Test
    void loadsTakeAnotherVariableOrField() {
        assertThat(Outcomes.of("difference", Operator.SOURCE, 7, 3))
                .containsOnly(entry("0: load of one -> other", 0), entry("1: load of other -> one", 0));
        assertThat(Outcomes.of("field", Operator.SOURCE)).containsOnly(entry("load of first -> second", 2));
    }

    @Test
    void storesGoToAnotherVariableOrField() {
        assertThat(Outcomes.of("kept", Operator.DESTINATION, 1, 2))
                .containsOnly(entry("store to sum -> one", 320), entry("store to sum -> other", 130));
        assertThat(Outcomes.of("setFirst", Operator.DESTINATION, 5))
                .containsOnly(entry("store to first -> second", 15));
        assertThat(Outcomes.of("sum", Operator.DESTINATION, edit -> edit.equals("0: store to sum -> count"), 4))
                .containsOnly(entry("0: store to sum -> count", 0));
    }

    @Test
    void offsetsAndIndicesAreOffAndReferencesNull() {
        int[] array = new int[65];
        for (int i = 0; i < array.length; i++) {
            array[i] = i;
        }
        assertThat(Outcomes.of("at", Operator.POINTER, array, 8))
                .contains(
                        entry("0: array -> null", "NullPointerException"),
                        entry("1: index + 1", 9),
                        entry("1: index - 4", 4),
                        entry("1: index * 8", 64),
                        entry("1: index + 4096", "ArrayIndexOutOfBoundsException"));
        assertThat(Outcomes.of("length", Operator.POINTER)).containsOnly(entry("text -> null", "NullPointerException"));
        assertThat(Outcomes.each("fill", Operator.POINTER, (mutant, edit) -> {
                    int[] filled = new int[3];
                    Outcomes.call(mutant, filled, 1, 9);
                    return filled[0] * 100 + filled[1] * 10 + filled[2];
                }))
                .contains(entry("1: index + 1", 9), entry("1: index - 1", 900), entry("1: index * 8", 0));
    }

    @Test
    void callsAndStoresAreLeftOut() {
        assertThat(Outcomes.each("add", Operator.NOP, (mutant, edit) -> {
                    List<String> list = new ArrayList<>();
                    Outcomes.call(mutant, list, "item");
                    return list;
                }))
                .containsOnly(
                        entry("no call of List.add, false instead", List.of()),
                        entry("no call of List.add, true instead", List.of()));
        assertThat(Outcomes.of("setFirst", Operator.NOP, 5)).containsOnly(entry("no store to first", 12));
        assertThat(Outcomes.of("kept", Operator.NOP, 1, 2)).containsOnly(entry("no store to sum", 120));
        assertThat(Outcomes.of("sum", Operator.NOP, edit -> edit.startsWith("2:"), 4))
                .containsOnly(entry("2: no store to sum", 0));
        assertThat(Outcomes.of("length", Operator.NOP))
                .containsOnly(
                        entry("no call of String.length, 0 instead", 0),
                        entry("no call of String.length, -1 instead", -1));
        assertThat(Outcomes.each("fill", Operator.NOP, (mutant, edit) -> {
                    int[] filled = new int[3];
                    Outcomes.call(mutant, filled, 1, 9);
                    return filled[1];
                }))
                .containsOnly(entry("no IASTORE", 0));
    }

    @Test
    void oneBitIsFlipped() {
        assertThat(Outcomes.of("four", Operator.BIT).values())
                .hasSize(Integer.SIZE)
                .allMatch(value -> Integer.bitCount((int) value ^ 4) == 1);
        assertThat(Outcomes.of("fourLong", Operator.BIT).values())
                .hasSize(Long.SIZE)
                .allMatch(value -> Long.bitCount((long) value ^ 4) == 1);
        assertThat(Outcomes.of("field", Operator.BIT).values())
                .hasSize(Integer.SIZE)
                .allMatch(value -> Integer.bitCount((int) value ^ 1) == 1);
        assertThat(Outcomes.of("smallField", Operator.BIT).values())
                .hasSize(Byte.SIZE)
                .allMatch(value -> (int) value == (byte) (int) value);
        assertThat(Outcomes.of("flag", Operator.BIT)).containsOnly(entry("bit 0 of flag flipped", true));
    }
}
