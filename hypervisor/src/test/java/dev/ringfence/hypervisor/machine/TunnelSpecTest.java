// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TunnelSpecTest {
    @TempDir
    Path directory;

    private MachineFileFixture fixture;

    @BeforeEach
    void createFixture() {
        fixture = new MachineFileFixture(directory);
    }

    private static String device(String name, String uplink) {
        return "{ 'name': '" + name + "', 'switch': { 'uplink': " + uplink + " } }";
    }

    private static String file(String... devices) {
        return MachineFileFixture.machine(
                "{ 'name': 'net', 'driver': 'net', 'devices': [\n" + String.join(",\n", devices) + " ] }", "");
    }

    private Backing.Switch read(String tunnel) {
        MachineFile file = fixture.read(file(device("lan", "{ 'tunnel': { " + tunnel + " } }")));
        return (Backing.Switch) file.driverDomains().get(0).devices().get(0).backing();
    }

    private static InetSocketAddress peer(int port, int... host) throws Exception {
        byte[] bytes = new byte[host.length];
        for (int i = 0; i < host.length; i++) {
            bytes[i] = (byte) host[i];
        }
        return new InetSocketAddress(InetAddress.getByAddress(bytes), port);
    }

    @Test
    void aTunnelWithAllItsKeys() throws Exception {
        Backing.Switch lan = read("'peer': '192.0.2.7:8472', 'network': 42, 'port': 5000, 'namespace': 'x'");

        assertThat(lan.uplink()).contains(new Backing.Tunnel(42, peer(8472, 192, 0, 2, 7), 5000, Optional.of("x")));
        assertThat(lan.mtu()).as("so that the outer packet fits").isEqualTo(1450);
    }

    @Test
    void aTunnelWithAsFewAsThereMustBe() throws Exception {
        assertThat(read("'peer': '192.0.2.7', 'network': 0").uplink())
                .contains(new Backing.Tunnel(0, peer(4789, 192, 0, 2, 7), 4789, Optional.empty()));
        InetSocketAddress six = peer(1, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7);
        assertThat(read("'peer': '[fd00::7]:1', 'network': 16777215").uplink())
                .contains(new Backing.Tunnel(0xffffff, six, 4789, Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'network': 1 | .tunnel: \"peer\" is missing",
                "'peer': '192.0.2.7' | .tunnel: \"network\" is missing",
                "'peer': 'example.org', 'network': 1 | .tunnel.peer: \"example.org\": expected an IP address",
                "'peer': '192.0.2.7:0', 'network': 1 | .tunnel.peer: \"192.0.2.7:0\": expected an IP address",
                "'peer': '192.0.2.7:65536', 'network': 1 | .tunnel.peer: \"192.0.2.7:65536\": expected an IP address",
                "'peer': '192.0.2.7', 'network': 16777216 | .tunnel.network: 16777216: expected a whole number from 0",
                "'peer': '192.0.2.7', 'network': 1, 'vni': 2 | .tunnel.vni: unknown key",
            })
    void refusesATunnelThatMakesNoSense(String keys, String problem) {
        assertThat(fixture.messages(file(device("lan", "{ 'tunnel': { " + keys + " } }"))))
                .singleElement()
                .asString()
                .contains("devices[0].switch.uplink" + problem);
    }

    @Test
    void refusesAnUplinkThatIsTwoThings() {
        String both = "{ 'tap': 'rf0', 'tunnel': { 'peer': '192.0.2.7', 'network': 1 } }";

        assertThat(fixture.messages(file(device("lan", both))))
                .singleElement()
                .asString()
                .contains("uplink.tap: \"rf0\": an uplink is a \"tap\" or a \"tunnel\"");
    }

    @Test
    void refusesAPortThatAnotherTunnelHas() {
        String one = "{ 'tunnel': { 'peer': '192.0.2.7', 'network': 1 } }";
        String other = "{ 'tunnel': { 'peer': '192.0.2.8', 'network': 2 } }";

        assertThat(fixture.messages(file(device("a", one), device("b", other))))
                .singleElement()
                .asString()
                .contains("devices[1].switch.uplink.tunnel", "its UDP port is used already by");
    }
}
