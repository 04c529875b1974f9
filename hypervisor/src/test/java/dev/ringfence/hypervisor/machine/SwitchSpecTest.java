// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SwitchSpecTest {
    @TempDir
    Path directory;

    private MachineFileFixture fixture;

    @BeforeEach
    void createFixture() {
        fixture = new MachineFileFixture(directory);
    }

    private static String file(String nic, String... devices) {
        List<String> guests = new ArrayList<>();
        for (int guest = 0; guest < devices.length; guest++) {
            guests.add("{ 'name': 'g" + guest + "', 'devices': [ " + devices[guest] + " ] }");
        }
        return MachineFileFixture.machine(
                "{ 'name': 'net', 'driver': 'net', 'devices': [\n" + nic + " ] }", String.join(",\n", guests));
    }

    private static String device(String device) {
        return file("{ 'name': 'lan', 'switch': {} }", device);
    }

    private Backing backing(String nic) {
        return fixture.read(file(nic)).driverDomains().get(0).devices().get(0).backing();
    }

    @Test
    void aSwitchWithAllItsKeys() {
        assertThat(backing("{ 'name': 'lan', 'switch': { 'uplink': { 'tap': 'rf0', 'namespace': 'x' }, 'ageing': '10s',"
                        + " 'broadcasts': 50 }, 'mtu': 9000, 'queues': 2 }"))
                .isEqualTo(new Backing.Switch(
                        Optional.of(new Backing.Tap("rf0", Optional.of("x"), 9000)), 9000, Duration.ofSeconds(10), 50));
    }

    @Test
    void aSwitchWithNone() {
        assertThat(backing("{ 'name': 'lan', 'switch': {} }"))
                .isEqualTo(new Backing.Switch(Optional.empty(), NicParser.MTU, Duration.ofMinutes(5), 1000));
    }

    @Test
    void manyGuestsShareIt() throws Exception {
        MachineFile file = fixture.read(file(
                "{ 'name': 'lan', 'switch': {}, 'queues': 2 }",
                "{ 'as': 'eth0', 'nic': 'net/lan' }, { 'as': 'eth1', 'nic': 'net/lan', 'queues': 1 }",
                "{ 'as': 'eth0', 'nic': 'net/lan', 'spoof': true, 'addresses': [ '10.0.0.2', 'fd00::2' ] }"));

        List<GuestDeviceSpec> nics = file.guests().get(0).devices();
        assertThat(nics).extracting(GuestDeviceSpec::queues).containsExactly(2, 1);
        assertThat(nics).extracting(GuestDeviceSpec::sources).containsOnly(SourceSpec.ITSELF);
        assertThat(file.guests().get(1).devices().get(0).sources())
                .isEqualTo(new SourceSpec(
                        true, List.of(InetAddress.getByName("10.0.0.2"), InetAddress.getByName("fd00::2"))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'switch': true | .switch: true: expected an object",
                "'switch': { 'uplink': 'rf0' } | .switch.uplink: \"rf0\": expected an object",
                "'switch': { 'uplink': {} } | .switch.uplink: \"tap\" is missing",
                "'switch': { 'uplink': { 'tap': 'a b' } } | .switch.uplink.tap: \"a b\": an interface's name",
                "'switch': { 'ageing': '0s' } | .switch.ageing: \"0s\": expected 1s to 24h",
                "'switch': { 'broadcasts': 0 } | .switch.broadcasts: 0: expected a whole number from 1 to 1000000",
                "'switch': { 'stp': true } | .switch.stp: unknown key",
                "'switch': {}, 'tap': 'rf0' | .tap: \"rf0\": goes into \"uplink\" of the \"switch\"",
                "'switch': {}, 'namespace': 'x' | .namespace: \"x\": goes into \"uplink\" of the \"switch\"",
                "'switch': {}, 'queues': 5 | .queues: 5: expected a whole number from 1 to 4",
            })
    void refusesASwitchThatMakesNoSense(String keys, String problem) {
        assertThat(fixture.messages(file("{ 'name': 'lan', " + keys + " }")))
                .singleElement()
                .asString()
                .contains("driverDomains[0].devices[0]" + problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"web", "10.0.0", "10.0.0.256", "10.0.0.2/24", "1.2.3.4.5", "fe80::1%eth0", "1::2::3", ":"})
    void refusesWhatIsNoAddress(String address) {
        assertThat(fixture.messages(
                        device("{ 'as': 'eth0', 'nic': 'net/lan', 'addresses': [ '10.0.0.2', '" + address + "' ] }")))
                .singleElement()
                .asString()
                .contains("guests[0].devices[0].addresses[1]", "expected an IP address");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "224.0.0.1", "ff02::1", "255.255.255.255"})
    void refusesAnAddressOfManyOrNobody(String address) {
        assertThat(fixture.messages(device("{ 'as': 'eth0', 'nic': 'net/lan', 'addresses': [ '" + address + "' ] }")))
                .singleElement()
                .asString()
                .contains("guests[0].devices[0].addresses[0]", "is not the address of a single host");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'spoof': true", "'spoof': false", "'addresses': []"})
    void refusesRulesWhereThereIsNoSwitch(String rule) {
        assertThat(fixture.messages(
                        file("{ 'name': 'lan', 'tap': 'rf0' }", "{ 'as': 'eth0', 'nic': 'net/lan', " + rule + " }")))
                .singleElement()
                .asString()
                .contains("guests[0].devices[0]." + rule.split("'")[1], "goes with a switch only");
        assertThat(fixture.messages(MachineFileFixture.guests(
                        "{ 'name': 'a', 'devices': [ { 'as': 'xvda', 'disk': 'disk/vol0', " + rule + " } ] }")))
                .singleElement()
                .asString()
                .contains("goes with \"nic\" only");
    }

    @Test
    void refusesMoreNicsThanItHasRoomFor() {
        String[] guests = new String[31];
        java.util.Arrays.fill(guests, "{ 'as': 'eth0', 'nic': 'net/lan' }");
        assertThat(fixture.messages(file("{ 'name': 'lan', 'switch': {}, 'queues': 4 }", guests)))
                .singleElement()
                .asString()
                .contains("guests[30].devices[0].nic", "room for 120 NICs", "and for 30 with its 4");
    }
}
