// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.mutation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Alone, because there is one counter and other tests run mutants too. */
@Isolated
final class ActivationTest {
    @Test
    void hitsAreCountedWhereTheFaultIs() {
        ByteBuffer memory = ByteBuffer.allocate(16);
        memory.putInt(8, 100);
        Activation.countIn(memory, 8);
        Mutant mutant = Outcomes.mutants("sum", Operator.NOP).get("2: no store to sum");
        Outcomes.call(mutant, 4);
        assertThat(memory.getInt(8)).isEqualTo(104);
        Mutant other = Outcomes.mutants("absolute", Operator.THROW).get("1: throws Error");
        Outcomes.call(other, 1);
        assertThat(memory.getInt(8)).as("not reached").isEqualTo(104);
        assertThat(Outcomes.call(other, -1)).isEqualTo("AssertionError");
        assertThat(memory.getInt(8)).isEqualTo(105);
    }
}
