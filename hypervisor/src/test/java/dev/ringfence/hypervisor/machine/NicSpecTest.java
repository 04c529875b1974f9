// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.domain.ReceiveMode;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NicSpecTest {
    @TempDir
    Path directory;

    private MachineFileFixture fixture;

    @BeforeEach
    void createFixture() {
        fixture = new MachineFileFixture(directory);
    }

    private static String file(String nic, String device, String program) {
        return "{ 'machine': 'm',\n'driverDomains': [ { 'name': 'net', 'driver': 'net', 'devices': [\n" + nic
                + " ] } ],\n'guests': [ { 'name': 'web', 'devices': [\n" + device + " ],\n'programs': [\n" + program
                + " ] } ] }";
    }

    private static String device(String device) {
        return file("{ 'name': 'lan', 'tap': 'rf0' }", device, "");
    }

    private static String nic(String nic) {
        return file(nic, "", "");
    }

    @Test
    void readsWhatIsWritten() {
        MachineFile file = fixture.read(file(
                "{ 'name': 'lan', 'tap': 'rf0', 'namespace': 'outside', 'mtu': 9000, 'queues': 2 }",
                "{ 'as': 'eth0', 'nic': 'net/lan', 'mac': '02:00:00:00:00:fF' }",
                "{ 'tap': { 'device': 'eth0', 'namespace': 'inside' } }"));

        DeviceSpec device = file.driverDomains().get(0).devices().get(0);
        assertThat(device.name()).isEqualTo("lan");
        assertThat(device.queues()).isEqualTo(2);
        assertThat(device.backing()).isEqualTo(new Backing.Tap("rf0", Optional.of("outside"), 9000));
        GuestSpec guest = file.guests().get(0);
        assertThat(guest.devices().get(0).address()).isEqualTo(OptionalLong.of(0x02_00_00_00_00_ffL));
        assertThat(guest.devices().get(0).queues()).isEqualTo(2);
        assertThat(guest.programs())
                .containsExactly(
                        new ProgramSpec.Tap("eth0", new Backing.Tap("eth0", Optional.of("inside"), NicParser.MTU)));
    }

    /** It follows from the names: it is that of nobody else, and the same after a restart. */
    @Test
    void aNicWithoutAnAddressHasALocalOneOfItsOwn() {
        long address = address("web");

        assertThat(address("web")).isEqualTo(address);
        assertThat(address("db")).isNotEqualTo(address);
        assertThat(address >>> 40 & 3).as("local, and one station's").isEqualTo(2);
    }

    private long address(String guest) {
        return fixture.read(device("{ 'as': 'eth0', 'nic': 'net/lan' }").replace("'web'", "'" + guest + "'"))
                .guests()
                .get(0)
                .devices()
                .get(0)
                .address()
                .orElseThrow();
    }

    @ParameterizedTest
    @EnumSource
    void readsHowFramesAreReceived(ReceiveMode mode) {
        String nic = "{ 'as': 'eth0', 'nic': 'net/lan', 'receive': '" + mode.text() + "' }";

        assertThat(receive(nic)).isEqualTo(mode);
        assertThat(receive("{ 'as': 'eth0', 'nic': 'net/lan' }")).isEqualTo(ReceiveMode.COPY);
    }

    private ReceiveMode receive(String nic) {
        return fixture.read(device(nic)).guests().get(0).devices().get(0).receive();
    }

    @Test
    void refusesAWayToReceiveThatThereIsNot() {
        assertThat(fixture.messages(device("{ 'as': 'eth0', 'nic': 'net/lan', 'receive': 'swap' }")))
                .singleElement()
                .asString()
                .contains(
                        "guests[0].devices[0].receive: \"swap\": expected one of \"copy\", \"flip\", \"flip-guarded\"");
    }

    @Test
    void onlyANicReceives() {
        assertThat(fixture.messages(
                        "{ 'machine': 'm', 'driverDomains': [ { 'name': 'disk', 'driver': 'block', 'devices': ["
                                + "{ 'name': 'vol0', 'memory': '1MiB' } ] } ],\n'guests': [ { 'name': 'web', 'devices': ["
                                + "{ 'as': 'xvda', 'disk': 'disk/vol0', 'receive': 'flip' } ] } ] }"))
                .singleElement()
                .asString()
                .contains("guests[0].devices[0].receive", "goes with \"nic\" only");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'tap': 'a name' | devices[0].tap: \"a name\": an interface's name is 1 to 15 letters",
                "'tap': 'sixteen-letters!' | devices[0].tap: \"sixteen-letters!\": an interface's name is",
                "'tap': 'rf0', 'namespace': '../x' | devices[0].namespace: \"../x\": expected the name of a network",
                "'tap': 'rf0', 'mtu': 67 | devices[0].mtu: 67: expected a whole number from 68 to 65521",
                "'tap': 'rf0', 'queues': 5 | devices[0].queues: 5: expected a whole number from 1 to 4",
                "'tap': 'rf0', 'image': 'a.img' | devices[0].image: unknown key",
            })
    void refusesAWireThatMakesNoSense(String keys, String problem) {
        assertThat(fixture.messages(nic("{ 'name': 'lan', " + keys + " }")))
                .singleElement()
                .asString()
                .contains("driverDomains[0]." + problem);
    }

    @Test
    void aWireHasToEndSomewhere() {
        assertThat(fixture.messages(nic("{ 'name': 'lan' }")))
                .singleElement()
                .asString()
                .contains("driverDomains[0].devices[0]", "\"tap\"");
    }

    @Test
    void refusesAnInterfaceThatIsMadeTwice() {
        assertThat(fixture.messages(nic("{ 'name': 'a', 'tap': 'rf0' },\n{ 'name': 'b', 'tap': 'rf0' }")))
                .singleElement()
                .asString()
                .contains("driverDomains[0].devices[1].tap: \"rf0\"", "driverDomains[0].devices[0].tap (line 3)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"02:00:00:00:00", "02-00-00-00-00-01", "02:00:00:00:00:0g"})
    void refusesWhatIsNoAddress(String mac) {
        assertThat(fixture.messages(device("{ 'as': 'eth0', 'nic': 'net/lan', 'mac': '" + mac + "' }")))
                .singleElement()
                .asString()
                .contains("guests[0].devices[0].mac", "expected an Ethernet address");
    }

    @ParameterizedTest
    @ValueSource(strings = {"01:00:5e:00:00:01", "ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00"})
    void refusesAnAddressOfMany(String mac) {
        assertThat(fixture.messages(device("{ 'as': 'eth0', 'nic': 'net/lan', 'mac': '" + mac + "' }")))
                .singleElement()
                .asString()
                .contains("guests[0].devices[0].mac", "is not the address of a single NIC");
    }

    @Test
    void refusesADeviceThatIsTwoThings() {
        assertThat(fixture.messages(device("{ 'as': 'eth0', 'nic': 'net/lan', 'disk': 'net/lan' }")))
                .singleElement()
                .asString()
                .contains("guests[0].devices[0]", "a device is one of them");
    }

    @Test
    void refusesToTakeANicForADisk() {
        assertThat(fixture.messages(device("{ 'as': 'xvda', 'disk': 'net/lan' }")))
                .singleElement()
                .asString()
                .contains("guests[0].devices[0].disk: \"net/lan\": no such disk is exported");
    }

    @Test
    void refusesANicThatIsNotExported() {
        assertThat(fixture.messages(device("{ 'as': 'eth0', 'nic': 'net/lam' }")))
                .singleElement()
                .asString()
                .contains("\"net/lam\": no such NIC is exported; did you mean \"net/lan\"?");
    }

    @Test
    void refusesAWireWithTwoGuestsAtItsEnd() {
        assertThat(fixture.messages(device("{ 'as': 'eth0', 'nic': 'net/lan' },\n{ 'as': 'eth1', 'nic': 'net/lan' }")))
                .singleElement()
                .asString()
                .contains("guests[0].devices[1].nic", "is used already by guests[0].devices[0].nic");
    }

    @Test
    void refusesAnInterfaceForWhatTheGuestDoesNotHave() {
        assertThat(fixture.messages(file(
                        "{ 'name': 'lan', 'tap': 'rf0' }",
                        "{ 'as': 'eth0', 'nic': 'net/lan' }",
                        "{ 'tap': { 'device': 'eth1' } }")))
                .singleElement()
                .asString()
                .contains("guests[0].programs[0].tap.device: \"eth1\": the guest has no such device");
    }
}
