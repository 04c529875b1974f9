// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringfence.fault.campaign.Experiment.Shard;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
}
