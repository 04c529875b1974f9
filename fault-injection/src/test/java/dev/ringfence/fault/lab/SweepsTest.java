// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A driver's worker may die after any of its stores, plain ones too, in each of the lab's experiments. */
class SweepsTest {
    private static final int PATIENCE_MILLIS = 60_000;

    private final Lab lab = new Lab();

    @AfterEach
    void close() {
        lab.close();
    }

    @ParameterizedTest
    @CsvSource({
        "MIXED, 200",
        "HOSTILE, 95",
        "TRACED, 100",
        "FAILING_FLUSH, 95",
        "POWER_CUTS, 220",
        "BAD_SECTORS, 150",
        "SLOW_QUEUE, 20"
    })
    void nothingIsLostAndNothingInvented(Sweeps sweep, int leastStores) {
        survives(sweep, leastStores);
    }

    /** Two deaths, each after any store. */
    @Tag("long")
    @Test
    void nothingIsLostWhenASuccessorDiesToo() {
        survives(Sweeps.PAIRS, 95);
    }

    private void survives(Sweeps sweep, int leastStores) {
        Sweep.Outcome outcome = Sweep.of(lab, sweep, PATIENCE_MILLIS);

        assertThat(outcome.violation()).isEmpty();
        assertThat(outcome.stores()).isGreaterThan(leastStores);
    }
}
