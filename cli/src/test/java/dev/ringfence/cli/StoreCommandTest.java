// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringfence.cli.CliFixture.Result;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Timeout(60)
class StoreCommandTest {
    private static final Result DONE = new Result(0, "", "");

    @TempDir
    Path directory;

    private CliFixture cli;
    private RunningFake running;

    @BeforeEach
    void startMachine() {
        cli = new CliFixture(directory);
        running = new RunningFake(cli.machine("m"));
        assertThat(cli.run("store", "write", "/a/b", "one")).isEqualTo(DONE);
        assertThat(cli.run("store", "write", "/a/b/c", "line\n\"two\"")).isEqualTo(DONE);
        assertThat(cli.run("store", "write", "/a/d", "")).isEqualTo(DONE);
    }

    @AfterEach
    void stopMachine() {
        running.close();
    }

    @Test
    void readsAValue() {
        assertThat(cli.run("store", "read", "/a/b")).isEqualTo(new Result(0, "one\n", ""));
        assertThat(cli.run("store", "read", "--json", "/a/b"))
                .satisfies(result -> assertThat(result.out()).contains("\"path\":\"/a/b\"", "\"value\":\"one\""));
    }

    @Test
    void saysThatANodeIsNotThere() {
        Result absent = new Result(1, "", "ringfence: there is no node /none\n");

        assertThat(cli.run("store", "read", "/none")).isEqualTo(absent);
        assertThat(cli.run("store", "list", "/none")).isEqualTo(absent);
        assertThat(cli.run("store", "ls", "/none")).isEqualTo(absent);
        assertThat(cli.run("store", "rm", "/none")).isEqualTo(absent);
        assertThat(cli.run("store", "chmod", "/none", "r0")).isEqualTo(absent);
    }

    @Test
    void takesWhatIsNoPathForBadInput() {
        assertThat(cli.run("store", "read", "/a//b"))
                .isEqualTo(new Result(2, "", "ringfence: not valid here: /a//b\n"));
        assertThat(cli.run("store", "chmod", "/a", "x7"))
                .isEqualTo(new Result(2, "", "ringfence: not valid here: x7\n"));
    }

    @Test
    void showsATreeAsXenDoes() {
        assertThat(cli.run("store", "ls", "/a"))
                .isEqualTo(new Result(0, "b = \"one\"\n c = \"line\\n\\\"two\\\"\"\nd = \"\"\n", ""));
        assertThat(cli.run("store", "ls", "/a", "--json"))
                .isEqualTo(new Result(
                        0, "{\"/a\":\"\",\"/a/b\":\"one\",\"/a/b/c\":\"line\\n\\\"two\\\"\",\"/a/d\":\"\"}\n", ""));
        assertThat(cli.run("store", "ls").out()).contains("a = \"\"\n b = \"one\"\n  c = ");
    }

    @Test
    void showsNamesRightBelow() {
        assertThat(cli.run("store", "list", "/a")).isEqualTo(new Result(0, "b\nd\n", ""));
        assertThat(cli.run("store", "list", "/a", "--json")).isEqualTo(new Result(0, "[\"b\",\"d\"]\n", ""));
    }

    @Test
    void removesATree() {
        assertThat(cli.run("store", "rm", "/a/b")).isEqualTo(DONE);

        assertThat(cli.run("store", "list", "/a")).isEqualTo(new Result(0, "d\n", ""));
    }

    @Test
    void setsPermissions() {
        assertThat(cli.run("store", "chmod", "/a/b", "n0", "r5")).isEqualTo(DONE);
    }

    @Test
    void watchesUntilItHasSeenEnough() throws Exception {
        CompletableFuture<Result> watching =
                CompletableFuture.supplyAsync(() -> cli.run("store", "watch", "/a", "--count", "2", "--machine", "m"));
        while (!watching.isDone()) {
            assertThat(cli.run("store", "write", "/a/b", "again")).isEqualTo(DONE);
        }

        assertThat(watching.get(30, TimeUnit.SECONDS)).isEqualTo(new Result(0, "/a\n/a/b\n", ""));
    }

    @Test
    void watchesUntilTheMachineIsDown() throws Exception {
        StringWriter out = new StringWriter();
        CommandLine command = FakeRingfence.ringfence(cli.environment()).commandLine();
        command.setOut(new PrintWriter(out, true));
        CompletableFuture<Integer> watching =
                CompletableFuture.supplyAsync(() -> command.execute("store", "watch", "/a/d", "--json"));
        await().until(() -> out.toString().contains("/a/d"));

        assertThat(cli.run("down").exitCode()).isZero();

        assertThat(watching.get(30, TimeUnit.SECONDS)).isZero();
        assertThat(out).hasToString("{\"path\":\"/a/d\"}\n");
    }
}
