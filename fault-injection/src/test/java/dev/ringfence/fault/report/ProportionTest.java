// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProportionTest {
    /** These solve Wilson's equation by bisection. */
    @ParameterizedTest
    @CsvSource({
        "81, 263, 0.255289, 0.366210",
        "15, 148, 0.062386, 0.160487",
        "1, 29, 0.006113, 0.171755",
        "11, 12, 0.646120, 0.985135",
        "1, 11, 0.016232, 0.377358",
        "9990, 10000, 0.998160, 0.999457",
        "6, 6, 0.609666, 1"
    })
    void boundsAreWilsons(long count, long of, double low, double high) {
        Proportion share = new Proportion(count, of);

        assertThat(share.low()).isCloseTo(low, within(1e-6));
        assertThat(share.high()).isCloseTo(high, within(1e-6));
        assertThat(share.isByRuleOfThree()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"1000, 0.003", "30, 0.1", "3, 1", "1, 1"})
    void noneOfManyIsBoundedByTheRuleOfThree(long of, double high) {
        Proportion share = new Proportion(0, of);

        assertThat(share.low()).isZero();
        assertThat(share.high()).isCloseTo(high, within(1e-12));
        assertThat(share.isByRuleOfThree()).isTrue();
    }

    @Test
    void allOfManyMayBeAll() {
        assertThat(new Proportion(60, 60).high()).isEqualTo(1);
        assertThat(Words.bounds(new Proportion(60, 60))).endsWith("to 100\u00A0%");
    }

    @Test
    void noneOfNoneSaysNothing() {
        Proportion share = new Proportion(0, 0);

        assertThat(share.isMeasured()).isFalse();
        assertThat(share.share()).isNaN();
        assertThat(share.low()).isZero();
        assertThat(share.high()).isEqualTo(1);
        assertThat(Words.share(share)).isEqualTo(Words.NOTHING);
    }

    @Test
    void aPartIsNoMoreThanTheWhole() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Proportion(2, 1))
                .withMessageContaining("count=2");
    }

    @ParameterizedTest
    @CsvSource({"1, 100 %", "0, 0 %", "0.5, 50.0 %", "0.9991, 99.910 %", "0.99999, 99.9990 %", "0.00083, 0.083 %"})
    void aShareIsNotRoundedToAllOrNothing(double share, String text) {
        assertThat(Words.percent(share)).isEqualTo(text.replace(' ', '\u00A0'));
    }
}
