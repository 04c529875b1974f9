// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.ringfence.cli.CliFixture.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {
    @TempDir
    Path directory;

    @Test
    void looksOverThisHost() {
        Result result = new CliFixture(directory).run("doctor");

        assertThat(result.exitCode())
                .isEqualTo(result.out().lines().anyMatch(line -> line.startsWith("missing")) ? 1 : 0);
        assertThat(result.out())
                .contains("ok       Java                " + Runtime.version())
                .contains("Linux kernel", "bubblewrap", "user namespaces", "seccomp", "real-time priority")
                .contains("open files", "state directory", "free space", "cores")
                .contains("nbdcopy", "qemu-img", "fio", "xenstore-ls", "mkfs.ext4", "e2fsck");
    }

    @Test
    void failsWhenSomethingIsMissingAndSaysHowToGetIt() {
        assumeFalse(Files.exists(Path.of("/usr/sbin/bwrap")), "bubblewrap is found without PATH here");
        Map<String, String> environment =
                Map.of("PATH", "", "RINGFENCE_STATE", directory.resolve("state").toString());

        Result result = CliFixture.run(FakeRingfence.ringfence(environment), "doctor");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.out())
                .contains("missing  bubblewrap          not found\n")
                .contains("                             get it: apt install bubblewrap\n");
    }

    @Test
    void reportsAsJson() {
        Result result = new CliFixture(directory).run("doctor", "--json");

        assertThat(result.out())
                .startsWith("{\"ok\":" + (result.exitCode() == 0))
                .contains("\"status\":\"ok\"", "\"name\":\"bubblewrap\"", "\"cost\":", "\"remedy\":");
    }
}
