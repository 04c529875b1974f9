// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileFactsTest {
    @TempDir
    Path directory;

    @Test
    void knowsAFileItsLengthAndItsFileSystem() throws IOException {
        Path file = Files.write(directory.resolve("a.img"), new byte[512]);

        assertThat(FileFacts.of(file))
                .isEqualTo(new FileFacts(
                        FileFacts.Kind.FILE,
                        512,
                        true,
                        true,
                        Files.getFileStore(directory).type()));
    }

    @Test
    void knowsWhatIsNoFile() {
        assertThat(FileFacts.of(directory).kind()).isEqualTo(FileFacts.Kind.DIRECTORY);
        assertThat(FileFacts.of(Path.of("/dev/zero")).kind()).isEqualTo(FileFacts.Kind.CHARACTER_DEVICE);
    }

    @Test
    void saysWhetherAMissingFileCanBeCreated() {
        FileFacts creatable = FileFacts.of(directory.resolve("new.img"));
        FileFacts homeless = FileFacts.of(directory.resolve("no/new.img"));

        assertThat(creatable.kind()).isEqualTo(FileFacts.Kind.MISSING);
        assertThat(creatable.writable()).isTrue();
        assertThat(homeless.kind()).isEqualTo(FileFacts.Kind.MISSING);
        assertThat(homeless.writable()).isFalse();
        assertThat(homeless.fileSystem()).isEqualTo(creatable.fileSystem());
    }

    @Test
    void seesMissingPermissions() throws IOException {
        Path file = Files.write(directory.resolve("a.img"), new byte[512]);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("-w-------"));

        // Root may open every file.
        assertThat(FileFacts.of(file).readable()).isEqualTo("root".equals(System.getProperty("user.name")));
    }
}
