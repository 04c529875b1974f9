// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A file system is copied through a driver that dies again and again, and arrives whole. */
@Timeout(180)
final class Ext4CopyTest {
    private static final String MACHINE = """
            { "machine": "ext4",
              "driverDomains": [ { "name": "disk", "driver": "block", "standbys": 1,
                  "devices": [ { "name": "vol0", "image": "vol0.img", "size": "160MiB" } ] } ],
              "guests": [ { "name": "web", "devices": [ { "as": "xvda", "disk": "disk/vol0" } ],
                  "programs": [ { "nbd": { "device": "xvda", "listen": "unix:a.sock" } } ] } ] }
            """;

    private static final long BYTES = 160L << 20;
    private static final int DEATHS = 10;
    private static final long SEED = Long.getLong("ringfence.test.seed", System.nanoTime());

    @AutoClose
    private final Workspace workspace = new Workspace();

    private final Random random = new Random(SEED);
    private TestMachine machine;

    private int deaths;

    /** Deaths that found a copy under way; the others came late, on a busy machine, and prove less. */
    private int midwayDeaths;

    @Test
    void aFileSystemSurvivesTenDeathsOfItsDriver() throws Exception {
        Program.require("nbdcopy", "mkfs.ext4", "e2fsck");
        System.err.println("seed=" + SEED);
        Path files = makeFileSystem();
        Path other = makeNoise();
        Path back = workspace.file("back.img");
        machine = workspace.start(MACHINE);

        // Two contents by turns: a write that got lost shows the other one. The last is the file system.
        for (int round = 1; midwayDeaths < DEATHS || round % 2 == 0; round++) {
            Path source = round % 2 == 0 ? files : other;
            copyWhileTheDriverDies(source.toString(), workspace.nbd("a.sock"));
            Files.deleteIfExists(back);
            copyWhileTheDriverDies(workspace.nbd("a.sock"), back.toString());
            assertThat(Files.mismatch(source, back)).as("round %d", round).isEqualTo(-1);
        }

        assertThat(machine.events("takeover")).hasSize(deaths);
        Program.run(workspace.file(""), "e2fsck", "-fn", back);
        assertThat(machine.stop()).isZero();
        assertThat(Files.mismatch(files, workspace.file("vol0.img"))).isEqualTo(-1);
    }

    /** Kills the driver once, after a part of the copy chosen at random. */
    private void copyWhileTheDriverDies(String from, String to) throws Exception {
        long driver = machine.awaitStandby("disk").pid();
        int percent = 1 + random.nextInt(60);
        try (Program copy = Program.start(workspace.file(""), "nbdcopy", "--flush", "--progress=1", from, to)) {
            BufferedReader progress = copy.output();
            for (String line = progress.readLine(); line != null; line = progress.readLine()) {
                int done = Integer.parseInt(line.substring(0, line.indexOf('/')));
                if (driver != 0 && done >= percent) {
                    TestMachine.kill(driver);
                    driver = 0;
                    deaths++;
                    midwayDeaths += copy.isRunning() && done < 100 ? 1 : 0;
                }
            }
            copy.awaitSuccess();
        }
    }

    /** An ext4 image with the jars and classes of this test in it. */
    private Path makeFileSystem() throws IOException, InterruptedException {
        Path tree = Files.createDirectory(workspace.file("tree"));
        List<String> elements = List.of(System.getProperty("java.class.path").split(File.pathSeparator, -1));
        for (String element : elements) {
            Path path = Path.of(element);
            if (Files.isRegularFile(path)) {
                Files.copy(path, tree.resolve(path.getFileName()));
            }
        }
        Path image = workspace.file("files.img");
        Program.run(workspace.file(""), "mkfs.ext4", "-q", "-d", tree, image, BYTES / 1024 + "k");
        return image;
    }

    private Path makeNoise() throws IOException {
        Path image = workspace.file("noise.img");
        byte[] chunk = new byte[1 << 20];
        try (OutputStream out = Files.newOutputStream(image)) {
            for (long written = 0; written < BYTES; written += chunk.length) {
                random.nextBytes(chunk);
                out.write(chunk);
            }
        }
        return image;
    }
}
