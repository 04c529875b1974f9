// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.cli.CliFixture.Result;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValidateCommandTest {
    @TempDir
    Path directory;

    private CliFixture cli;

    @BeforeEach
    void createFixture() {
        cli = new CliFixture(directory);
    }

    @Test
    void saysWhatAGoodFileDescribes() {
        String file = cli.machineFile("quickstart");

        assertThat(cli.run("validate", file))
                .isEqualTo(
                        new Result(0, file + ": ok, machine quickstart with 1 driver domain, 1 device, 1 guest\n", ""));
        assertThat(cli.run("validate", "--json", file))
                .isEqualTo(new Result(0, "{\"file\":\"" + file + "\",\"valid\":true,\"problems\":[]}\n", ""));
    }

    @Test
    void reportsEveryProblemALine() {
        String file = bad();

        assertThat(cli.run("validate", file))
                .isEqualTo(new Result(
                        2,
                        "",
                        file + ":2:14: machine: \"a b\": a name is 1 to 32 letters, digits, \"_\" or \"-\"\n" + file
                                + ":3:3: driverDomain: unknown key; did you mean \"driverDomains\"?\n"));
    }

    @Test
    void reportsProblemsAsJson() {
        String file = bad();

        assertThat(cli.run("validate", file, "--json"))
                .isEqualTo(new Result(
                        2,
                        "{\"file\":\"" + file + "\",\"valid\":false,\"problems\":["
                                + "{\"file\":\"" + file
                                + "\",\"line\":2,\"column\":14,\"path\":\"machine\",\"message\":\"\\\"a"
                                + " b\\\": a name is 1 to 32 letters, digits, \\\"_\\\" or"
                                + " \\\"-\\\"\"},"
                                + "{\"file\":\"" + file + "\",\"line\":3,\"column\":3,\"path\":\"driverDomain\","
                                + "\"message\":\"unknown key; did you mean \\\"driverDomains\\\"?\"}]}\n",
                        ""));
    }

    @Test
    void saysThatAFileIsNotThere() {
        assertThat(cli.run("validate", "/nowhere/m.json"))
                .isEqualTo(new Result(2, "", "/nowhere/m.json: no such file\n"));
    }

    private String bad() {
        return cli.write("bad.json", """
            {
              "machine": "a b",
              "driverDomain": [],
              "driverDomains": []
            }
            """);
    }
}
