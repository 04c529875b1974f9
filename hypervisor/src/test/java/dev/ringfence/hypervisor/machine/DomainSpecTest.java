// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import static dev.ringfence.hypervisor.machine.MachineFileFixture.guests;
import static dev.ringfence.hypervisor.machine.MachineFileFixture.machine;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DomainSpecTest {
    private static final String NO_DEVICES = "'driver': 'block', 'devices': []}";

    @TempDir
    Path directory;

    private MachineFileFixture fixture;

    @BeforeEach
    void createFixture() {
        fixture = new MachineFileFixture(directory);
    }

    @Test
    void refusesADomainNameUsedTwice() {
        assertThat(fixture.messages(
                        machine("{'name': 'a', " + NO_DEVICES + ",\n{'name': 'a', " + NO_DEVICES, "{'name': 'a'}")))
                .containsExactly(
                        "m.json:3:10: driverDomains[1].name: \"a\": the name is used already by"
                                + " driverDomains[0].name (line 2)",
                        "m.json:5:10: guests[0].name: \"a\": the name is used already by driverDomains[0].name"
                                + " (line 2)");
    }

    @Test
    void keepsTheHypervisorsNameForItself() {
        assertThat(fixture.messages(machine("{'name': 'hypervisor', " + NO_DEVICES, "")))
                .containsExactly(
                        "m.json:2:28: driverDomains[0].name: \"hypervisor\": the name is the hypervisor's own");
    }

    @Test
    void refusesADriverItDoesNotKnow() {
        assertThat(fixture.messages(machine("{'name': 'a', 'driver': 'blok', 'devices': []}", "")))
                .containsExactly(
                        "m.json:2:43: driverDomains[0].driver: \"blok\": unknown driver; did you mean \"block\"?");
    }

    @Test
    void refusesMoreThanFourStandbys() {
        assertThat(fixture.messages(machine("{'name': 'a', 'standbys': 5, " + NO_DEVICES, "")))
                .containsExactly("m.json:2:45: driverDomains[0].standbys: 5: expected a whole number from 0 to 4");
    }

    @Test
    void refusesAnAbsurdNumberOfStandbys() {
        assertThat(fixture.messages(machine("{'name': 'a', 'standbys': -1, " + NO_DEVICES, "")))
                .containsExactly("m.json:2:45: driverDomains[0].standbys: -1: expected a whole number from 0 to 4");
    }

    @Test
    void refusesARestartPolicyThatIsNone() {
        String restart = "{'intensity': -1, 'period': '10ms', 'backoff': '1 day', 'perod': 1}";
        assertThat(fixture.messages(machine("{'name': 'a', 'restart': " + restart + ", " + NO_DEVICES, "")))
                .containsExactlyInAnyOrder(
                        "m.json:2:58: driverDomains[0].restart.intensity: -1: expected a whole number from 0 to 1000000",
                        "m.json:2:72: driverDomains[0].restart.period: \"10ms\": expected a duration such as \"10s\","
                                + " at least 1s; units are ms, s, min and h",
                        "m.json:2:91: driverDomains[0].restart.backoff: \"1 day\": expected a duration such as"
                                + " \"10s\", at least 1ms; units are ms, s, min and h",
                        "m.json:2:100: driverDomains[0].restart.perod: unknown key; did you mean \"period\"?");
    }

    @Test
    void refusesALimitNoDriverDomainCanLiveWith() {
        assertThat(fixture.messages(machine("{'name': 'a', 'limits': {'memory': '32MiB'}, " + NO_DEVICES, "")))
                .containsExactly("m.json:2:54: driverDomains[0].limits.memory: \"32MiB\": a driver domain needs at"
                        + " least 88MiB");
    }

    @Test
    void readsTheBudgetsOfADriverDomain() {
        String limits = "'limits': {'memory': '200MiB', 'cpu': '150%', 'files': 300, 'threads': 50, 'grants': 64,"
                + " 'violations': 3, 'loop': '20ms', 'blocked': '2s', 'device': '60s'}";

        MachineFile read = fixture.read(machine("{'name': 'a', " + limits + ", " + NO_DEVICES, ""));

        assertThat(read.driverDomains().get(0).limits())
                .isEqualTo(new Limits(
                        OptionalLong.of(200 << 20),
                        new Budgets(
                                20_000_000,
                                2_000_000_000,
                                60_000_000_000L,
                                OptionalInt.of(150),
                                OptionalInt.of(300),
                                OptionalInt.of(50),
                                OptionalInt.of(64),
                                OptionalInt.of(3))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'cpu': 150        | cpu: 150: expected a share of one processor such as \"150%\", at least 1%",
                "'cpu': '0%'       | cpu: \"0%\": expected a share of one processor such as \"150%\", at least 1%",
                "'loop': '10'      | loop: \"10\": expected a duration such as \"10ms\"; units are ms, s, min and h",
                "'loop': '4ms'     | loop: \"4ms\": expected 5ms to 10s",
                "'blocked': '10ms' | blocked: \"10ms\": expected 50ms to 10min",
                "'device': '10ms'  | device: \"10ms\": expected 100ms to 1h",
                "'threads': 4      | threads: 4: expected a whole number from 32 to 1000000",
                "'file': 400       | file: unknown key; did you mean \"files\"?"
            })
    void saysWhatIsWrongWithABudget(String budget, String message) {
        assertThat(fixture.messages(machine("{'name': 'a', 'limits': {" + budget + "}, " + NO_DEVICES, "")))
                .singleElement()
                .asString()
                .endsWith("driverDomains[0].limits." + message);
    }

    @Test
    void aGuestHasNoBudgetsOfADriver() {
        assertThat(fixture.messages(guests("{'name': 'web', 'limits': {'loop': '10ms'}}")))
                .singleElement()
                .asString()
                .contains("guests[0].limits.loop: unknown key");
    }

    @Test
    void refusesALimitNoGuestCanLiveWith() {
        assertThat(fixture.messages(guests("{'name': 'web', 'limits': {'memory': '1MiB'}}")))
                .containsExactly("m.json:4:38: guests[0].limits.memory: \"1MiB\": a guest needs at least 88MiB");
    }

    @Test
    void refusesADeviceNameUsedTwiceInAGuest() {
        assertThat(fixture.messages(guests("{'name': 'web', 'devices': [{'as': 'xvda', 'disk': 'disk/vol0'},\n"
                        + "{'as': 'xvda', 'disk': 'disk/golden'}]}")))
                .containsExactly("m.json:5:8: guests[0].devices[1].as: \"xvda\": the name is used already by"
                        + " guests[0].devices[0].as (line 4)");
    }

    @Test
    void refusesADiskThatIsNotExported() {
        assertThat(fixture.messages(guests("{'name': 'web', 'devices': [{'as': 'xvda', 'disk': 'store/backup'}]}")))
                .containsExactly("m.json:4:52: guests[0].devices[0].disk: \"store/backup\": no such disk is exported;"
                        + " there is: disk/vol0, disk/golden");
    }

    @Test
    void refusesADiskThatIsNoPair() {
        assertThat(fixture.messages(guests("{'name': 'web', 'devices': [{'as': 'xvda', 'disk': 'vol0'}]}")))
                .containsExactly("m.json:4:52: guests[0].devices[0].disk: \"vol0\": expected a driver domain and its"
                        + " device, such as \"disk/vol0\"");
    }

    @ParameterizedTest
    @CsvSource({"w, w, written", "w, r, written", "r, w, read"})
    void refusesASecondUserNextToAWriter(String first, String second, String use) {
        assertThat(fixture.messages(guests(
                        "{'name': 'a', 'devices': [{'as': 'xvda', 'disk': 'disk/vol0', 'mode': '" + first + "'}]}",
                        "{'name': 'b', 'devices': [{'as': 'xvda', 'disk': 'disk/vol0', 'mode': '" + second + "'}]}")))
                .containsExactly("m.json:5:50: guests[1].devices[0].disk: \"disk/vol0\": is " + use + " already by"
                        + " guests[0].devices[0].disk (line 4); a disk has one writer or many readers:"
                        + " give each \"mode\": \"r\", or a disk of its own");
    }

    @Test
    void refusesWritingToAReadOnlyDevice() {
        assertThat(fixture.messages(
                        guests("{'name': 'a', 'devices': [{'as': 'xvda', 'disk': 'disk/golden', 'mode': 'w'}]}")))
                .containsExactly("m.json:4:73: guests[0].devices[0].mode: \"w\": the device is read-only; give \"r\"");
    }

    @Test
    void refusesAModeItDoesNotKnow() {
        assertThat(fixture.messages(
                        guests("{'name': 'a', 'devices': [{'as': 'xvda', 'disk': 'disk/vol0', 'mode': 'rw'}]}")))
                .containsExactly("m.json:4:71: guests[0].devices[0].mode: \"rw\": expected \"r\" (read) or \"w\""
                        + " (read and write)");
    }

    @Test
    void refusesMoreQueuesThanTheDeviceOffers() {
        assertThat(fixture.messages(
                        guests("{'name': 'a', 'devices': [{'as': 'xvda', 'disk': 'disk/vol0', 'queues': 3}]}")))
                .containsExactly("m.json:4:73: guests[0].devices[0].queues: 3: the device offers 2;"
                        + " raise its \"queues\" to have more");
    }
}
