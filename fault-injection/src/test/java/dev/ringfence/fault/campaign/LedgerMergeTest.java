// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LedgerMergeTest {
    @TempDir
    Path directory;

    private static LedgerHeader header(String campaign, long seed, long trials, String shard, String build) {
        return new LedgerHeader(
                LedgerHeader.VERSION, campaign, seed, trials, shard, build, Map.of("processors", "2", "host", shard));
    }

    private static LedgerHeader shard(String shard) {
        return header("c", 1, 10, shard, "b");
    }

    private Path ledger(String name, LedgerHeader header, long... trials) throws IOException {
        Path file = directory.resolve(name);
        try (Ledger ledger = Ledger.create(file, header)) {
            for (long trial : trials) {
                ledger.append(trial(trial));
            }
        }
        return file;
    }

    private static TrialRecord trial(long number) {
        FaultDescription fault = new FaultDescription("process", "kill", "", "", "");
        return new TrialRecord(number, "net", fault, OutcomeClass.CRASH, 1, true, 0, 5, 6, List.of(), "");
    }

    private Ledger.Read merged(Path... shards) throws IOException {
        Path out = directory.resolve("merged");
        Ledger.merge(out, List.of(shards));
        return Ledger.read(out);
    }

    @Test
    void allShardsMakeAWholeCampaignInOrder() throws IOException {
        Ledger.Read read = merged(ledger("b", shard("2/2"), 3, 1), ledger("a", shard("1/2"), 2, 0));

        assertThat(read.trials()).containsExactly(trial(0), trial(1), trial(2), trial(3));
        assertThat(read.header().shard()).isEqualTo("1/1");
        assertThat(read.header().machine()).containsEntry("processors", "2").containsEntry("host", "2/2 | 1/2");
    }

    @Test
    void someShardsAreNamedAndCanBeMergedOn() throws IOException {
        Path some = directory.resolve("some");
        Ledger.merge(some, List.of(ledger("a", shard("3/3"), 2), ledger("b", shard("1/3"), 0)));

        assertThat(Ledger.read(some).header().shard()).isEqualTo("1,3/3");
        assertThat(merged(some, ledger("c", shard("2/3"), 1)).header().shard()).isEqualTo("1/1");
    }

    @Test
    void whatDiffersIsNamed() throws IOException {
        refuses("campaign=c", header("d", 1, 10, "2/2", "b"));
        refuses("seed=1", header("c", 2, 10, "2/2", "b"));
        refuses("trials=10", header("c", 1, 11, "2/2", "b"));
        refuses("build=b", header("c", 1, 10, "2/2", "x"));
        refuses("shard=1/2", shard("1/2"));
        refuses("shard=2/3", shard("2/3"));
    }

    private void refuses(String named, LedgerHeader other) throws IOException {
        Path first = ledger("first " + named.hashCode(), shard("1/2"));
        Path second = ledger("second " + named.hashCode(), other);
        Path out = directory.resolve("out");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Ledger.merge(out, List.of(first, second)))
                .withMessageContaining(named);
        assertThat(out).doesNotExist();
    }

    @Test
    void aTrialThatTwoShardsHaveIsRefused() throws IOException {
        Path first = ledger("first", shard("1/2"), 5);
        Path second = ledger("second", shard("2/2"), 5);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Ledger.merge(directory.resolve("out"), List.of(first, second)))
                .withMessageContaining("trial=5");
    }
}
