// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringfence.grant.ExchangeModel.Flaw;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/** One owner a page at every instant, and none lost, wherever drivers die. */
class PageConservationTest {
    private static final int STORES_MAX = 1_000;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void noPageIsLostWhereverADriverAndItsSuccessorDie(int offers) {
        assertThat(sweep(Flaw.NONE, offers)).as("deaths tried").isGreaterThan(100);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
    void whatADriverMightDoWrongIsFound(Flaw flaw) {
        assertThatThrownBy(() -> sweep(flaw, 4)).isInstanceOf(AssertionError.class);
    }

    /** Every death of a driver, with every death of its successor. */
    private static int sweep(Flaw flaw, int offers) {
        int deaths = 0;
        for (int first = 1; first < STORES_MAX; first++) {
            for (int second = 0; second < STORES_MAX; second++) {
                Outcome outcome = run(flaw, offers, first, second);
                if (outcome == Outcome.FIRST_LIVED) {
                    return deaths;
                }
                deaths++;
                if (outcome == Outcome.SECOND_LIVED && second > 0) {
                    break;
                }
            }
        }
        throw new AssertionError("more stores than there can be: offers=" + offers);
    }

    private enum Outcome {
        FIRST_LIVED,
        SECOND_LIVED,
        BOTH_DIED
    }

    private static Outcome run(Flaw flaw, int offers, int first, int second) {
        try (ExchangeModel model = new ExchangeModel(flaw)) {
            for (int i = 0; i < offers; i++) {
                model.offer();
            }
            boolean firstLived = model.serve(first);
            boolean secondLived = firstLived || model.takeOver(second);
            if (!secondLived) {
                assertThat(model.takeOver(0)).isTrue();
            }
            finish(model);
            return firstLived ? Outcome.FIRST_LIVED : secondLived ? Outcome.SECOND_LIVED : Outcome.BOTH_DIED;
        }
    }

    private static void finish(ExchangeModel model) {
        assertThat(model.serve(0)).isTrue();
        model.collect();
        model.checkQuiet();
        // What was exchanged is good for another exchange.
        while (model.free() > 0) {
            model.offer();
        }
        assertThat(model.serve(0)).isTrue();
        model.collect();
        model.checkQuiet();
    }

    @Test
    void randomTransfersAndRandomDeathsConservePages() {
        long seed = Long.getLong("ringfence.test.seed", System.nanoTime());
        Random random = new Random(seed);
        try (ExchangeModel model = new ExchangeModel(Flaw.NONE)) {
            for (int i = 0; i < 5_000; i++) {
                for (int offers = random.nextInt(1 + model.free()); offers > 0; offers--) {
                    model.offer();
                }
                boolean lives = model.serve(random.nextInt(60));
                while (!lives) {
                    if (random.nextBoolean()) {
                        model.collect();
                    }
                    lives = model.takeOver(random.nextInt(60));
                }
                if (random.nextBoolean()) {
                    model.collect();
                }
            }
            finish(model);
        } catch (AssertionError e) {
            throw new AssertionError("seed=" + seed + ": " + e.getMessage(), e);
        }
    }
}
