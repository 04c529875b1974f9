// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.benchmark.Goal;
import dev.ringfence.hypervisor.control.KillMethod;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecoveryGoalsTest {
    private static OutageSeries outages(KillMethod how, long nanos) {
        Crash crash = new Crash(nanos, nanos, 2, 1, new Crash.Stages(nanos / 2, 10, 10, 10));
        return OutageSeries.of(how, 1, 32, Collections.nCopies(100, crash), 3);
    }

    private static FloorSeries floor(long nanos) {
        return FloorSeries.of(FloorSeries.JVM, 1, 32, Collections.nCopies(100, nanos));
    }

    private static List<Goal> goals(List<OutageSeries> series, Effects effects) {
        return new RecoveryGoals(series, List.of(floor(60_000)))
                .evaluate(List.of(), Optional.empty(), Optional.empty(), effects);
    }

    private static Goal goal(List<Goal> goals, String name) {
        return goals.stream()
                .filter(goal -> goal.name().startsWith(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aQuickTakeoverMeetsAllGoals() {
        List<Goal> goals =
                goals(List.of(outages(KillMethod.KILL, 80_000), outages(KillMethod.THROW, 70_000)), Effects.NONE);

        assertThat(goals).allMatch(Goal::met).hasSize(5);
    }

    @Test
    void aTakeoverIsJudgedAgainstTheFloorOfTheSameLoad() {
        Goal goal = goal(goals(List.of(outages(KillMethod.KILL, 98_000)), Effects.NONE), "outage p50 over");

        assertThat(goal.met()).isFalse();
        assertThat(goal.measured()).isBetween(1.6, 1.65);
        assertThat(goal.why()).contains("fault to lease held 49");
    }

    @Test
    void anExceptionThatIsSlowerThanSigkillMissesItsGoal() {
        List<Goal> goals =
                goals(List.of(outages(KillMethod.KILL, 80_000), outages(KillMethod.THROW, 160_000)), Effects.NONE);

        assertThat(goal(goals, "outage p50 of an exception").met()).isFalse();
    }

    @Test
    void oneWrongEffectMissesTheGoal() {
        List<Goal> goals = goals(List.of(), new Effects(1_000, 0, 0, 1, 0, 0));

        assertThat(goal(goals, "errors, lost").met()).isFalse();
    }

    @Test
    void whatWasNotMeasuredIsNotJudged() {
        OutageSeries none = OutageSeries.of(KillMethod.KILL, 1, 32, List.of(), 7);

        assertThat(goals(List.of(none), Effects.NONE)).hasSize(1);
    }

    @Test
    void theGapsOfACrashAreJudgedByTheirMean() {
        ThroughputRound round = new ThroughputRound(
                1, 1, 1_000_000_000, 1_000, 2, 2, 2, 2_400_000, List.of(400_000L, 2_000_000L), List.of(), List.of());
        List<Goal> goals = new RecoveryGoals(List.of(), List.of())
                .evaluate(List.of(round), Optional.empty(), Optional.empty(), Effects.NONE);

        Goal goal = goal(goals, "microseconds of outage gaps a crash");
        assertThat(goal.measured()).isEqualTo(1_200);
        assertThat(goal.met()).isFalse();
    }
}
