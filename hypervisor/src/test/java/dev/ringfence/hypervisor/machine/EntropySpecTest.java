// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.ringfence.domain.DeviceKind;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntropySpecTest {
    @TempDir
    Path directory;

    private MachineFileFixture fixture;

    @BeforeEach
    void createFixture() {
        fixture = new MachineFileFixture(directory);
    }

    private static String source(String source) {
        return MachineFileFixture.machine(
                "{'name': 'rng', 'driver': 'entropy', 'devices': [" + source + "]}", "{'name': 'web'}");
    }

    private static String device(String devices) {
        return MachineFileFixture.machine(
                "{'name': 'rng', 'driver': 'entropy', 'devices': [{'name': 'urandom'}]},"
                        + "{'name': 'disk', 'driver': 'block', 'devices': [{'name': 'vol0', 'memory': '1MiB'}]}",
                "{'name': 'web', 'devices': [" + devices + "]}");
    }

    @Test
    void readsWhatIsWritten() {
        MachineFile file = fixture.read(MachineFileFixture.machine(
                "{'name': 'rng', 'driver': 'entropy', 'devices': ["
                        + "{'name': 'urandom'}, {'name': 'zero', 'source': '/dev/zero'}]}",
                "{'name': 'web', 'devices': [{'as': 'rng0', 'entropy': 'rng/zero', 'limits': {'iops': 7}}]}"));

        assertThat(file.driverDomains().get(0).driver()).isEqualTo("entropy");
        assertThat(file.driverDomains().get(0).devices())
                .extracting(DeviceSpec::name, DeviceSpec::backing, DeviceSpec::kind)
                .containsExactly(
                        tuple("urandom", new Backing.Entropy(Path.of("/dev/urandom")), DeviceKind.ENTROPY),
                        tuple("zero", new Backing.Entropy(Path.of("/dev/zero")), DeviceKind.ENTROPY));
        GuestDeviceSpec device = file.guests().get(0).devices().get(0);
        assertThat(device.kind()).isEqualTo(DeviceKind.ENTROPY);
        assertThat(device.as()).isEqualTo("rng0");
        assertThat(device.disk()).isEqualTo(new DiskRef("rng", "zero"));
        assertThat(device.queues()).isEqualTo(1);
        assertThat(device.limits().operations()).hasValue(7);
    }

    @Test
    void manyGuestsMayHaveOneSource() {
        assertThat(fixture.read(device("{'as': 'a', 'entropy': 'rng/urandom'}, {'as': 'b', 'entropy': 'rng/urandom'}"))
                        .guests()
                        .get(0)
                        .devices())
                .hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'source': 'missing' | .source: \"missing\": no such device",
                "'source': '.' | .source: \".\": not a character device, such as \"/dev/hwrng\"",
                "'source': 'file' | .source: \"file\": not a character device, such as \"/dev/hwrng\"",
                "'source': 'locked' | .source: \"locked\": no permission to read it",
                "'source': '' | .source: \"\": a path can't be empty",
                "'source': 7 | .source: 7: expected a text",
                "'sauce': '/dev/zero' | .sauce: unknown key; there is: name, source",
                "'queues': 2 | .queues: unknown key",
                "'image': 'a.img' | .image: unknown key",
            })
    void refusesASourceThatMakesNoSense(String keys, String problem) {
        fixture.withFile("file", 512)
                .withFacts("locked", new FileFacts(FileFacts.Kind.CHARACTER_DEVICE, 0, false, false, "devtmpfs"));
        assertThat(fixture.messages(source("{'name': 'urandom', " + keys + "}")))
                .singleElement()
                .asString()
                .contains("driverDomains[0].devices[0]" + problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'entropy': 'rng/random' | .entropy: \"rng/random\": no such source of random bytes is exported;"
                        + " did you mean \"rng/urandom\"?",
                "'entropy': 'disk/vol0' | .entropy: \"disk/vol0\": no such source of random bytes is exported",
                "'disk': 'rng/urandom' | .disk: \"rng/urandom\": no such disk is exported",
                "'entropy': 'urandom' | .entropy: \"urandom\": expected a driver domain and its device, such as"
                        + " \"rng/urandom\"",
                "'entropy': 'rng/urandom', 'disk': 'disk/vol0' | : has both \"disk\" and \"entropy\": a device is one of",
                "'entropy': 'rng/urandom', 'mode': 'r' | .mode: \"r\": goes with \"disk\" only",
                "'entropy': 'rng/urandom', 'queues': 1 | .queues: 1: goes with \"disk\" and \"nic\" only",
                "'entropy': 'rng/urandom', 'mac': 'x' | .mac: \"x\": goes with \"nic\" only",
            })
    void refusesAGuestsDeviceThatMakesNoSense(String keys, String problem) {
        assertThat(fixture.messages(device("{'as': 'rng0', " + keys + "}")))
                .singleElement()
                .asString()
                .contains("guests[0].devices[0]" + problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'nbd': {'device': 'rng0', 'listen': 'unix:a.sock'}} | .nbd.device: \"rng0\": is a source of random bytes;"
                        + " this goes with a disk",
                "{'tap': {'device': 'rng0'}} | .tap.device: \"rng0\": is a source of random bytes; this goes with a NIC",
            })
    void refusesAProgramThatIsForSomethingElse(String program, String problem) {
        String file = device("{'as': 'rng0', 'entropy': 'rng/urandom'}")
                .replace("]}]}", "], 'programs': [" + program + "]}]}");
        assertThat(fixture.messages(file)).singleElement().asString().contains("guests[0].programs[0]" + problem);
    }
}
