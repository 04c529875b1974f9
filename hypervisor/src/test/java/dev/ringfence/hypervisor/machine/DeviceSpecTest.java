// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import static dev.ringfence.hypervisor.machine.MachineFileFixture.devices;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceSpecTest {
    private static final String DEVICE = "driverDomains[0].devices[0]";

    @TempDir
    Path directory;

    private MachineFileFixture fixture;

    @BeforeEach
    void createFixture() {
        fixture = new MachineFileFixture(directory);
    }

    @Test
    void refusesANameThatIsNotWellFormed() {
        assertProblem(
                "{'name': 'vol 0', 'memory': '1MiB'}",
                10,
                "name: \"vol 0\": a name is 1 to 32 letters, digits," + " \"_\" or \"-\"");
    }

    @Test
    void refusesADeviceThatLiesOnNothing() {
        assertThat(fixture.messages(devices("{'name': 'a'}")))
                .containsExactly("m.json:3:1: " + DEVICE + ": nothing says what it lies on: a device has exactly one of"
                        + " \"image\", \"device\", \"memory\" and \"class\"");
    }

    @Test
    void refusesADeviceThatLiesOnTwoThings() {
        assertThat(fixture.messages(devices("{'name': 'a', 'memory': '1MiB', 'image': 'a.img'}")))
                .containsExactly("m.json:3:1: " + DEVICE + ": has both \"image\" and \"memory\": a device has exactly"
                        + " one of \"image\", \"device\", \"memory\" and \"class\"");
    }

    @Test
    void refusesASizeWithoutAnImage() {
        assertProblem(
                "{'name': 'a', 'memory': '1MiB', 'size': '1MiB'}", 41, "size: \"1MiB\": goes with \"image\" only");
    }

    @Test
    void refusesASizeOfZero() {
        assertProblem(
                "{'name': 'a', 'image': 'a.img', 'size': '0'}",
                41,
                "size: \"0\": a size must be at least one sector; give e.g. \"64MiB\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'64MB'", "'-1'", "'1.5GiB'", "'99999999TiB'", "'MiB'", "1.5", "true"})
    void refusesWhatIsNoSize(String size) {
        assertProblem(
                "{'name': 'a', 'memory': " + size + "}",
                25,
                "memory: " + size.replace('\'', '"')
                        + ": expected a size such as \"64MiB\"; units are KiB, MiB, GiB and TiB");
    }

    @Test
    void refusesASizeThatIsNoMultipleOfTheSector() {
        assertProblem(
                "{'name': 'a', 'memory': '1000'}", 25, "memory: \"1000\": not a multiple of the sector size, 512");
    }

    @Test
    void refusesAnOddSectorSize() {
        assertProblem(
                "{'name': 'a', 'memory': '1MiB', 'sectorSize': 1024}",
                47,
                "sectorSize: 1024: a sector has 512 or 4096 bytes");
    }

    @Test
    void refusesAMissingImageWithoutASize() {
        assertProblem(
                "{'name': 'a', 'image': 'a.img'}",
                24,
                "image: \"a.img\": no such file; check the path, or have it created by giving e.g. \"size\":"
                        + " \"64MiB\"");
    }

    @Test
    void refusesAMissingReadOnlyImage() {
        assertProblem(
                "{'name': 'a', 'image': 'a.img', 'size': '1MiB', 'readOnly': true}",
                24,
                "image: \"a.img\": no such file; a read-only image must be there");
    }

    @Test
    void refusesAnImageInADirectoryThatIsNotThere() {
        assertProblem(
                "{'name': 'a', 'image': 'no/a.img', 'size': '1MiB'}",
                24,
                "image: \"no/a.img\": can't be created: its directory is missing or not writable");
    }

    @Test
    void refusesAnImageOfAnotherLengthThanItsSize() {
        fixture.withFile("a.img", 1024);
        assertProblem(
                "{'name': 'a', 'image': 'a.img', 'size': '1MiB'}",
                41,
                "size: \"1MiB\": is 1048576 bytes, but the image has 1024; drop \"size\" to use the image as it is");
    }

    @Test
    void refusesAnImageThatIsNoMultipleOfTheSector() {
        fixture.withFile("a.img", 1000);
        assertProblem(
                "{'name': 'a', 'image': 'a.img'}",
                24,
                "image: \"a.img\": has 1000 bytes, not a multiple of the sector size, 512");
    }

    @Test
    void refusesAnEmptyImage() {
        fixture.withFile("a.img", 0);
        assertProblem(
                "{'name': 'a', 'image': 'a.img'}", 24, "image: \"a.img\": is empty; a disk has at least one sector");
    }

    @Test
    void refusesADirectoryForAnImage() throws IOException {
        Files.createDirectory(fixture.path("a.img"));
        assertProblem("{'name': 'a', 'image': 'a.img'}", 24, "image: \"a.img\": is a directory, not an image file");
    }

    @Test
    void refusesACharacterDeviceForAnImage() {
        assertProblem("{'name': 'a', 'image': '/dev/zero'}", 24, "image: \"/dev/zero\": is not a regular file");
    }

    @Test
    void refusesABlockDeviceForAnImage() {
        fixture.withFacts("sdx", new FileFacts(FileFacts.Kind.BLOCK_DEVICE, 4096, true, true, "devtmpfs"));
        assertProblem("{'name': 'a', 'image': 'sdx'}", 24, "image: \"sdx\": is a block device; use \"device\" for it");
    }

    @Test
    void refusesAFileForADevice() {
        fixture.withFile("a.img", 512);
        assertProblem(
                "{'name': 'a', 'device': 'a.img'}",
                25,
                "device: \"a.img\": not a block device; use \"image\" for a file");
    }

    @Test
    void refusesADeviceThatIsNotThere() {
        assertProblem("{'name': 'a', 'device': '/dev/none'}", 25, "device: \"/dev/none\": no such device");
    }

    @Test
    void refusesAnImageItMayNotRead() {
        fixture.withFacts("a.img", new FileFacts(FileFacts.Kind.FILE, 512, false, false, "ext4"));
        assertProblem("{'name': 'a', 'image': 'a.img'}", 24, "image: \"a.img\": no permission to read it");
    }

    @Test
    void refusesAnImageItMayNotWrite() {
        fixture.withFacts("a.img", new FileFacts(FileFacts.Kind.FILE, 512, true, false, "ext4"));
        assertProblem(
                "{'name': 'a', 'image': 'a.img'}",
                24,
                "image: \"a.img\": no permission to write it; allow that, or give \"readOnly\": true");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nfs4", "cifs", "9p", "virtiofs", "fuseblk", "fuse.sshfs"})
    void refusesAnImageWhereWritesCanOutliveTheirCaller(String fileSystem) {
        fixture.withFacts("a.img", new FileFacts(FileFacts.Kind.FILE, 512, true, true, fileSystem));
        assertProblem(
                "{'name': 'a', 'image': 'a.img'}",
                24,
                "image: \"a.img\": lies on " + fileSystem + ", where a write can outlive the driver that made it;"
                        + " use a file system of a local disk");
    }

    @Test
    void refusesTwoWritersOfOneFile() throws IOException {
        fixture.withFile("a.img", 512);
        Files.createSymbolicLink(fixture.path("link.img"), fixture.path("a.img"));
        assertThat(fixture.messages(devices(
                        "{'name': 'a', 'image': 'a.img'}", "{'name': 'b', 'image': 'link.img', 'readOnly': true}")))
                .containsExactly("m.json:4:24: driverDomains[0].devices[1].image: \"link.img\": the file is used"
                        + " already by driverDomains[0].devices[0].image (line 3)");
    }

    @Test
    void refusesWhatIsNoPath() {
        assertProblem("{'name': 'a', 'image': ''}", 24, "image: \"\": a path can't be empty");
        assertProblem(
                "{'name': 'a', 'image': 'a\\u0000b'}",
                24,
                "image: \"a\\u0000b\": not a path: Nul character not allowed");
    }

    @Test
    void refusesWhatIsNoClass() {
        assertProblem(
                "{'name': 'a', 'class': 'org.example.1st'}",
                24,
                "class: \"org.example.1st\": not the name of a class, such as \"org.example.MyClass\"");
    }

    @Test
    void refusesAClassPathThatIsNotThere() {
        fixture.withFile("a.jar", 1);
        assertProblem(
                "{'name': 'a', 'class': 'A', 'classpath': ['a.jar', 'b.jar']}",
                52,
                "classpath[1]: \"b.jar\": no such file or directory");
    }

    private void assertProblem(String device, int column, String problem) {
        assertThat(fixture.messages(devices(device)))
                .containsExactly("m.json:3:" + column + ": " + DEVICE + "." + problem);
    }
}
