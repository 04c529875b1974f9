// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class SectorRegisterTest {
    private static final long INITIAL = 100;

    private record Step(boolean write, long value, long begin, long end) {}

    private final SectorRegister register = new SectorRegister();

    SectorRegisterTest() {
        register.write(INITIAL, 0, 0);
    }

    @Test
    void aWriteThatCameBackIsNoticed() {
        register.write(1, 1, 2);
        register.write(2, 3, 4);
        register.read(1, 5, 6);
        assertThat(register.violation()).isPresent();
    }

    @Test
    void writesAtTheSameTimeMayComeInAnyOrder() {
        register.write(1, 1, 4);
        register.write(2, 2, 3);
        register.read(2, 5, 6);
        assertThat(register.violation()).isEmpty();
    }

    @Test
    void aWriteThatWasNeverAnsweredMayComeAtAnyTime() {
        register.write(1, 1, SectorRegister.NEVER);
        register.read(INITIAL, 2, 3);
        register.read(1, 4, 5);
        assertThat(register.violation()).isEmpty();
    }

    @Test
    void aWriteThatWasNeverAnsweredComesOnlyOnce() {
        register.write(1, 1, SectorRegister.NEVER);
        register.read(1, 2, 3);
        register.write(2, 4, 5);
        register.read(1, 6, 7);
        assertThat(register.violation()).isPresent();
    }

    @Test
    void whatNobodyWroteIsNoticed() {
        register.read(7, 1, 2);
        assertThat(register.violation()).isPresent();
    }

    @RepeatedTest(400)
    void theVerdictIsThatOfTryingAllOrders(RepetitionInfo repetition) {
        int seed = repetition.getCurrentRepetition();
        List<Step> steps = randomSteps(new Random(seed));
        for (Step step : steps) {
            if (step.write()) {
                register.write(step.value(), step.begin(), step.end());
            } else {
                register.read(step.value(), step.begin(), step.end());
            }
        }

        assertThat(register.violation().isEmpty())
                .as("seed=%d %s %s", seed, steps, register.violation())
                .isEqualTo(isLinearizable(steps, 0, INITIAL));
    }

    /** Up to seven overlapping steps; some writes never end. */
    private static List<Step> randomSteps(Random random) {
        int count = 2 + random.nextInt(6);
        List<Long> times = new ArrayList<>();
        for (long time = 1; time <= 2L * count; time++) {
            times.add(time);
        }
        // Shuffled a little: steps overlap their neighbours, and not everything.
        for (int i = 0; i + 3 < times.size(); i++) {
            Collections.swap(times, i, i + random.nextInt(4));
        }
        int writes = 1 + random.nextInt(count);
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long begin = Math.min(times.get(2 * i), times.get(2 * i + 1));
            long end = Math.max(times.get(2 * i), times.get(2 * i + 1));
            boolean write = i < writes;
            long value = write ? i + 1 : random.nextInt(writes + 1) == 0 ? INITIAL : 1 + random.nextInt(writes);
            steps.add(new Step(write, value, begin, write && random.nextInt(5) == 0 ? SectorRegister.NEVER : end));
        }
        return steps;
    }

    /** The definition: some order that respects who ended before whom began explains every read. */
    private static boolean isLinearizable(List<Step> steps, int done, long value) {
        boolean allEnded = true;
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            if ((done & 1 << i) == 0) {
                allEnded &= step.end() == SectorRegister.NEVER;
                if (canBeNext(steps, done, step)
                        && (step.write() || step.value() == value)
                        && isLinearizable(steps, done | 1 << i, step.write() ? step.value() : value)) {
                    return true;
                }
            }
        }
        return allEnded;
    }

    private static boolean canBeNext(List<Step> steps, int done, Step step) {
        for (int i = 0; i < steps.size(); i++) {
            if ((done & 1 << i) == 0 && steps.get(i).end() < step.begin()) {
                return false;
            }
        }
        return true;
    }
}
