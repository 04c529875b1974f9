// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.fault.mutation.Operator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ExperimentCommandTest {
    @TempDir
    private Path directory;

    private CliFixture.Result run(String... more) {
        List<String> args = new ArrayList<>(List.of("experiment", "run", "smoke", "--trials", "4"));
        args.addAll(List.of("--report", directory.resolve("report").toString()));
        args.addAll(List.of(more));
        return new CliFixture(directory).run(args.toArray(String[]::new));
    }

    @Test
    void shardsAreRunMergedAndReported() throws IOException {
        String first = directory.resolve("first").toString();
        String second = directory.resolve("second").toString();
        assertThat(run("--shard", "1/2", "--lanes", "1", "--ledger", first)).satisfies(result -> {
            assertThat(result.exitCode()).isZero();
            assertThat(result.out()).startsWith("2 trials, ").contains("report.html, ledger: " + first);
        });
        assertThat(run("--shard", "2/2", "--ledger", second).exitCode()).isZero();
        assertThat(run("--shard", "2/2", "--ledger", first)).satisfies(result -> {
            assertThat(result.exitCode()).isEqualTo(2);
            assertThat(result.err()).contains("its shard is 1/2, this one's 2/2; choose another with --ledger");
        });

        CliFixture cli = new CliFixture(directory);
        String all = directory.resolve("all").toString();
        assertThat(cli.run("experiment", "merge", all, first, second).exitCode())
                .isZero();
        assertThat(cli.run("experiment", "merge", all + "2", first, first)).satisfies(result -> {
            assertThat(result.exitCode()).isEqualTo(2);
            assertThat(result.err()).contains("shard");
        });
        String report = directory.resolve("merged").toString();
        assertThat(cli.run("experiment", "report", all, "--report", report).out())
                .contains("report.html");
        assertThat(Files.readString(Path.of(report, "report.html"))).contains("4 of 4 trials");
        assertThat(Files.readAllLines(Path.of(report, "report.csv"))).hasSize(1 + 4);
    }

    @Test
    void oneTrialIsToldInWords() {
        CliFixture.Result result = run("--trial", "2");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).startsWith("trial 2: ").contains("\nhits ", ", outcome ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--trial 4      | --trial: expected 0 to 3: 4",
                "--trial -1     | --trial: expected 0 to 3: -1",
                "--shard 3/2    | --shard: expected K/N with K from 1 to N: 3/2",
                "--shard one    | --shard: expected K/N with K from 1 to N: one",
            })
    void aWrongOptionIsExplained(String options, String message) {
        CliFixture.Result result = run(options.split(" "));

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains(message);
    }

    @Test
    void aCampaignOfNothingIsRefused() {
        CliFixture.Result result = new CliFixture(directory).run("experiment", "run", "smoke", "--trials", "0");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("--trials: expected at least 1: 0");
    }

    @Test
    void aFileThatIsNotThereIsExplained() {
        CliFixture.Result result = new CliFixture(directory).run("experiment", "run", "nope");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("nope: no such file, and no preset: those are smoke, minix");
    }

    @Test
    void faultsAreListed() {
        String out = new CliFixture(directory).run("experiment", "faults").out();

        for (Operator operator : Operator.values()) {
            assertThat(out).containsPattern("code +" + operator.word() + " +" + operator.description());
        }
    }
}
