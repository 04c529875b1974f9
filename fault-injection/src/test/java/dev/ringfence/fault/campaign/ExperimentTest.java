// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringfence.fault.campaign.Experiment.Shard;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExperimentTest {
    private static final int TRIALS = 6;

    @TempDir
    private Path directory;

    private final Experiment experiment =
            new Experiment(CampaignReader.read("smoke").withTrials(TRIALS));
    private final List<TrialRecord> seen = new ArrayList<>();

    private Ledger.Read ledger(String name) throws IOException {
        return Ledger.read(directory.resolve(name));
    }

    private static List<Long> numbers(List<TrialRecord> trials) {
        return trials.stream().map(TrialRecord::trial).sorted().toList();
    }

    @Test
    void whatWasStoppedGoesOnAndATrialDoneAgainEndsAsBefore() throws IOException {
        Path file = directory.resolve("whole");
        Experiment.Run[] self = new Experiment.Run[1];
        try (Experiment.Run run = experiment.open(file, Shard.ALL, trial -> self[0].stop())) {
            self[0] = run;
            run.run(1);
        }
        assertThat(ledger("whole").trials()).hasSize(1);

        try (Experiment.Run run = experiment.open(file, Shard.ALL, seen::add)) {
            assertThat(run.already()).hasSize(1);
            run.run(2);
        }
        assertThat(numbers(seen)).isEqualTo(LongStream.range(1, TRIALS).boxed().toList());
        assertThat(numbers(ledger("whole").trials()))
                .isEqualTo(LongStream.range(0, TRIALS).boxed().toList());

        TrialRecord before = seen.get(0);
        TrialRecord again = experiment.replay(before.trial());
        assertThat(again.fault()).isEqualTo(before.fault());
        assertThat(again.outcome()).isEqualTo(before.outcome());
        assertThat(again.recovered()).isEqualTo(before.recovered());
    }

    @Test
    void shardsAreDisjointAndTogetherAreTheWhole() {
        Shard first = new Shard(1, 2);
        Shard second = new Shard(2, 2);
        for (long trial = 0; trial < 7; trial++) {
            assertThat(first.has(trial)).isNotEqualTo(second.has(trial));
        }
        assertThat(first.trials(7)).isEqualTo(4);
        assertThat(second.trials(7)).isEqualTo(3);
        assertThatThrownBy(() -> new Shard(3, 2)).hasMessageContaining("3/2");
    }

    @Test
    void anotherCampaignsLedgerIsLeftAlone() throws IOException {
        Path file = directory.resolve("other");
        experiment.open(file, Shard.ALL, seen::add).close();
        Experiment other = new Experiment(experiment.campaign().withSeed(1));

        assertThatThrownBy(() -> other.open(file, Shard.ALL, seen::add))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("its seed is 42, this one's 1");
    }

    @Test
    void aTrialsFaultDependsOnNothingButSeedAndNumber() {
        FaultChoice first = new FaultChoice(experiment.campaign());
        FaultChoice second = new FaultChoice(experiment.campaign());

        assertThat(first.of(5)).isEqualTo(second.of(5)).isNotEqualTo(first.of(4));
        assertThat(first.build()).isEqualTo(second.build());
    }

    @Test
    void aCampaignOfTwoDriversTriesBothAndOneOfOneDriverHasTheChoicesItAlwaysHad() throws IOException {
        Campaign smoke = experiment.campaign();
        Campaign both = new Campaign("both", List.of("block", "net"), TRIALS, 42, smoke.families(), smoke.conditions());
        try (Experiment.Run run = new Experiment(both).open(directory.resolve("both"), Shard.ALL, seen::add)) {
            run.run(2);
        }
        FaultChoice choice = new FaultChoice(both);
        assertThat(seen)
                .hasSize(TRIALS)
                .allSatisfy(trial -> assertThat(trial.driver()).isEqualTo(choice.driver(trial.trial())));
        assertThat(seen.stream().map(TrialRecord::driver)).contains("block", "net");
        assertThat(LongStream.range(0, 1000)
                        .filter(trial -> choice.driver(trial).equals("net"))
                        .count())
                .isBetween(400L, 600L);

        // A ledger that was begun is gone on with: chance decides nothing before the fault itself.
        FaultSource faults = FaultSource.of(smoke.families().get(0), smoke, "block");
        long golden = Long.parseUnsignedLong("9E3779B97F4A7C15", 16);
        assertThat(new FaultChoice(smoke).of(5))
                .isEqualTo(faults.choose(new SplittableRandom(smoke.seed() + 6 * golden)));
    }
}
