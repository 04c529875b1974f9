// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineFileReaderTest {
    @TempDir
    Path directory;

    private MachineFileFixture fixture;

    @BeforeEach
    void createFixture() {
        fixture = new MachineFileFixture(directory);
    }

    @Test
    void readsEverythingAMachineFileCanSay() {
        fixture.withFile("old.img", 8192).withFile("app.jar", 1);
        MachineFile machine = fixture.read("""
            { 'machine': 'quickstart',
              'driverDomains': [
                { 'name': 'disk', 'driver': 'block', 'standbys': 0, 'limits': { 'memory': '96MiB' },
                  'restart': { 'intensity': 3, 'period': '2min' },
                  'devices': [
                    { 'name': 'vol0', 'image': 'vol0.img', 'size': '1GiB', 'sectorSize': 4096, 'queues': 4 },
                    { 'name': 'old', 'image': 'old.img', 'readOnly': true },
                    { 'name': 'scratch', 'memory': 4096 },
                    { 'name': 'mine', 'class': 'org.example.Mine', 'classpath': ['app.jar'],
                      'options': { 'a': 'b', 'n': 3, 'on': true } } ] } ],
              'guests': [
                { 'name': 'web', 'limits': { 'memory': '128MiB' },
                  'devices': [ { 'as': 'xvda', 'disk': 'disk/vol0', 'queues': 2 },
                               { 'as': 'xvdb', 'disk': 'disk/old' } ],
                  'programs': [
                    { 'nbd': { 'device': 'xvda', 'listen': 'unix:web.sock' } },
                    { 'nbd': { 'device': 'xvdb', 'listen': 'tcp:127.0.0.1:10809' } },
                    { 'java': { 'class': 'org.example.Main', 'classpath': ['app.jar'], 'args': ['-v'] } } ] } ] }
            """);

        Path jar = fixture.path("app.jar");
        DriverDomainSpec disk = new DriverDomainSpec(
                "disk",
                "block",
                0,
                new RestartSpec(3, Duration.ofMinutes(2), RestartSpec.DEFAULT.backoff()),
                new Limits(OptionalLong.of(96 << 20)),
                List.of(
                        new DeviceSpec(
                                "vol0", new Backing.Image(fixture.path("vol0.img"), 1 << 30, true), false, 4096, 4),
                        new DeviceSpec("old", new Backing.Image(fixture.path("old.img"), 8192, false), true, 512, 1),
                        new DeviceSpec("scratch", new Backing.Memory(4096), false, 512, 1),
                        new DeviceSpec(
                                "mine",
                                new Backing.UserClass(
                                        "org.example.Mine", List.of(jar), Map.of("a", "b", "n", "3", "on", "true")),
                                false,
                                512,
                                1)));
        GuestSpec web = new GuestSpec(
                "web",
                List.of(
                        new GuestDeviceSpec("xvda", new DiskRef("disk", "vol0"), AccessMode.WRITE, 2, RateLimits.NONE),
                        new GuestDeviceSpec("xvdb", new DiskRef("disk", "old"), AccessMode.READ, 1, RateLimits.NONE)),
                List.of(
                        new ProgramSpec.Nbd("xvda", new ListenAddress.Unix(fixture.path("web.sock"))),
                        new ProgramSpec.Nbd("xvdb", new ListenAddress.Tcp("127.0.0.1", 10809)),
                        new ProgramSpec.Java("org.example.Main", List.of(jar), List.of("-v"))),
                new Limits(OptionalLong.of(128 << 20)));
        assertThat(machine)
                .isEqualTo(new MachineFile(fixture.path("m.json"), "quickstart", true, List.of(disk), List.of(web)));
    }

    @Test
    void aGuestsDiskMayHaveTags() {
        assertThat(fixture.read(guest("'as': 'xvda', 'disk': 'disk/vol0', 'tags': true"))
                        .guests())
                .flatExtracting(GuestSpec::devices)
                .extracting(GuestDeviceSpec::tags)
                .containsExactly(true);
        assertThat(fixture.messages(guest("'as': 'xvda', 'disk': 'disk/vol0', 'tags': 1")))
                .singleElement()
                .asString()
                .contains("guests[0].devices[0].tags: 1: expected true or false");
        assertThat(fixture.messages(guest("'as': 'rng0', 'entropy': 'rng/urandom', 'tags': false")))
                .singleElement()
                .asString()
                .contains("guests[0].devices[0].tags", "goes with \"disk\" only");
    }

    private static String guest(String device) {
        return """
            { 'machine': 'm',
              'driverDomains': [
                { 'name': 'disk', 'driver': 'block', 'devices': [ { 'name': 'vol0', 'memory': '1MiB' } ] },
                { 'name': 'rng', 'driver': 'entropy', 'devices': [ { 'name': 'urandom' } ] } ],
              'guests': [ { 'name': 'web', 'devices': [ { DEVICE } ] } ] }
            """.replace("DEVICE", device);
    }

    @Test
    void keepsOneStandbyAndTheDefaultLimitsWhenNothingIsSaid() {
        DriverDomainSpec disk = fixture.read(MachineFileFixture.devices("{'name': 'vol0', 'memory': '1MiB'}"))
                .driverDomains()
                .get(0);

        assertThat(disk.standbys()).isEqualTo(1);
        assertThat(disk.restart()).isEqualTo(RestartSpec.DEFAULT);
        assertThat(disk.limits()).isEqualTo(Limits.DEFAULT);
    }

    @Test
    void takesAnExistingImageAsLongAsItIs() {
        fixture.withFile("vol0.img", 1024);

        MachineFile machine = fixture.read(MachineFileFixture.devices("{'name': 'vol0', 'image': 'vol0.img'}"));

        assertThat(machine.driverDomains().get(0).devices().get(0).backing())
                .isEqualTo(new Backing.Image(fixture.path("vol0.img"), 1024, false));
    }

    @Test
    void opensABlockDeviceOfTheHost() {
        FileFacts disk = new FileFacts(FileFacts.Kind.BLOCK_DEVICE, 1 << 20, true, true, "devtmpfs");
        fixture.withFacts("sdx", disk);

        MachineFile machine = fixture.read(MachineFileFixture.devices("{'name': 'vol0', 'device': 'sdx'}"));

        assertThat(machine.driverDomains().get(0).devices().get(0).backing())
                .isEqualTo(new Backing.RawDevice(fixture.path("sdx")));
    }

    @Test
    void opensAReadOnlyDeviceForReadingUnlessToldOtherwise() {
        MachineFile machine = fixture.read(MachineFileFixture.guests(
                "{'name': 'a', 'devices': [{'as': 'xvda', 'disk': 'disk/golden'}]}",
                "{'name': 'b', 'devices': [{'as': 'xvda', 'disk': 'disk/golden', 'mode': 'r'}]}"));

        assertThat(machine.guests())
                .flatExtracting(GuestSpec::devices)
                .extracting(GuestDeviceSpec::mode)
                .containsExactly(AccessMode.READ, AccessMode.READ);
    }

    @Test
    void letsTwoReadOnlyDevicesShareAnImage() {
        fixture.withFile("old.img", 1024);

        MachineFile machine = fixture.read(MachineFileFixture.devices(
                "{'name': 'a', 'image': 'old.img', 'readOnly': true}",
                "{'name': 'b', 'image': 'old.img', 'readOnly': true}"));

        assertThat(machine.driverDomains().get(0).devices()).hasSize(2);
    }

    @Test
    void reportsEveryProblemInTheOrderOfTheFile() {
        assertThat(fixture.messages("""
            { 'machine': 'm',
              'guests': [ { 'name': 'web', 'devices': [ { 'as': 'xvda', 'disk': 'disk/vol1' } ] } ],
              'driverDomains': [
                { 'name': 'disk', 'driver': 'block', 'standby': 1,
                  'devices': [ { 'name': 'vol0', 'memory': '0' },
                               { 'name': 'vol0', 'image': 'none.img' } ] } ] }
            """))
                .containsExactly(
                        "m.json:2:69: guests[0].devices[0].disk: \"disk/vol1\": no such disk is exported;"
                                + " did you mean \"disk/vol0\"?",
                        "m.json:4:42: driverDomains[0].standby: unknown key; did you mean \"standbys\"?",
                        "m.json:5:48: driverDomains[0].devices[0].memory: \"0\": a size must be at least one sector;"
                                + " give e.g. \"64MiB\"",
                        "m.json:6:30: driverDomains[0].devices[1].name: \"vol0\": the name is used already by"
                                + " driverDomains[0].devices[0].name (line 5)",
                        "m.json:6:47: driverDomains[0].devices[1].image: \"none.img\": no such file; check the path,"
                                + " or have it created by giving e.g. \"size\": \"64MiB\"");
    }

    @Test
    void reportsAsFieldsToo() {
        Problem problem = fixture.problems(MachineFileFixture.devices("{'name': 'vol0', 'memory': '0'}"))
                .get(0);

        assertThat(problem)
                .isEqualTo(new Problem(
                        fixture.path("m.json").toString(),
                        3,
                        28,
                        "driverDomains[0].devices[0].memory",
                        "\"0\": a size must be at least one sector; give e.g. \"64MiB\""));
    }
}
