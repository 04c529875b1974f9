// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgramSpecTest {
    private static final String PROGRAM = "guests[0].programs[0]";

    @TempDir
    Path directory;

    private MachineFileFixture fixture;

    @BeforeEach
    void createFixture() {
        fixture = new MachineFileFixture(directory);
    }

    @Test
    void refusesAProgramOfNoKind() {
        assertThat(messages("{}"))
                .containsExactly("m.json:5:1: " + PROGRAM
                        + ": a program has exactly one key, \"nbd\", \"tap\" or \"java\"; this one has 0");
    }

    @Test
    void refusesADeviceTheGuestDoesNotHave() {
        assertThat(messages("{'nbd': {'device': 'xvdb', 'listen': 'unix:a.sock'}}"))
                .containsExactly("m.json:5:20: " + PROGRAM
                        + ".nbd.device: \"xvdb\": the guest has no such device; did you mean \"xvda\"?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.sock", "tcp:10809", "tcp:127.0.0.1:x"})
    void refusesWhatIsNoListenAddress(String address) {
        assertThat(messages("{'nbd': {'device': 'xvda', 'listen': '" + address + "'}}"))
                .containsExactly("m.json:5:38: " + PROGRAM + ".nbd.listen: \"" + address
                        + "\": expected \"unix:PATH\" or \"tcp:127.0.0.1:PORT\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "", "[::]", "example.org"})
    void refusesToListenOutsideTheHost(String host) {
        assertThat(messages("{'nbd': {'device': 'xvda', 'listen': 'tcp:" + host + ":10809'}}"))
                .containsExactly("m.json:5:38: " + PROGRAM + ".nbd.listen: \"tcp:" + host
                        + ":10809\": only 127.0.0.1 can be listened on: NBD as served here knows no passwords");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 65536})
    void refusesWhatIsNoPort(int port) {
        assertThat(messages("{'nbd': {'device': 'xvda', 'listen': 'tcp:127.0.0.1:" + port + "'}}"))
                .containsExactly("m.json:5:38: " + PROGRAM + ".nbd.listen: \"tcp:127.0.0.1:" + port
                        + "\": a port is a number from 1 to 65535");
    }

    @Test
    void refusesASocketPathTheKernelCanNotHold() {
        String path = "/" + "d".repeat(107);
        assertThat(messages("{'nbd': {'device': 'xvda', 'listen': 'unix:" + path + "'}}"))
                .containsExactly("m.json:5:38: " + PROGRAM + ".nbd.listen: \"unix:/" + "d".repeat(53) + "...:"
                        + " the path of a UNIX socket has at most 107 bytes; this one is " + path);
    }

    @Test
    void refusesASocketInADirectoryThatIsNotThere() {
        assertThat(messages("{'nbd': {'device': 'xvda', 'listen': 'unix:/no/a.sock'}}"))
                .containsExactly(
                        "m.json:5:38: " + PROGRAM + ".nbd.listen: \"unix:/no/a.sock\": no such directory: /no");
    }

    @Test
    void refusesAListenAddressUsedTwice() {
        assertThat(messages("{'nbd': {'device': 'xvda', 'listen': 'tcp:127.0.0.1:10809'}},\n"
                        + "{'nbd': {'device': 'xvda', 'listen': 'tcp:127.0.0.1:10809'}}"))
                .containsExactly("m.json:6:38: guests[0].programs[1].nbd.listen: \"tcp:127.0.0.1:10809\":"
                        + " the address is used already by " + PROGRAM + ".nbd.listen (line 5)");
    }

    @Test
    void asksForTheClassOfAJavaProgram() {
        assertThat(messages("{'java': {'args': []}}"))
                .containsExactly("m.json:5:10: " + PROGRAM
                        + ".java: \"class\" is missing; give e.g. \"class\": \"org.example.Main\"");
    }

    private List<String> messages(String programs) {
        return fixture.messages(MachineFileFixture.guests(
                "{'name': 'web', 'devices': [{'as': 'xvda', 'disk': 'disk/vol0'}], 'programs': [\n" + programs + "]}"));
    }
}
