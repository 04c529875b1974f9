// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineFileSyntaxTest {
    @TempDir
    Path directory;

    private MachineFileFixture fixture;

    @BeforeEach
    void createFixture() {
        fixture = new MachineFileFixture(directory);
    }

    @Test
    void refusesAFileThatIsNotThere() {
        assertThatThrownBy(() -> MachineFileReader.read(Path.of("/nowhere/m.json")))
                .hasMessage("/nowhere/m.json: no such file");
    }

    @Test
    void refusesADirectory() {
        assertThatThrownBy(() -> MachineFileReader.read(directory))
                .hasMessage(directory + ": can't be read: Is a directory");
    }

    @Test
    void refusesAnEmptyFile() {
        assertThat(fixture.messages("")).containsExactly("m.json:1:1: the file is empty");
    }

    @Test
    void refusesWhatIsNotUtf8() throws IOException {
        Path file = fixture.path("latin1.json");
        Files.write(file, new byte[] {'{', '"', (byte) 0xE4, '"', ':', '1', '}'});

        assertThatThrownBy(() -> MachineFileReader.read(file))
                .hasMessage(file + ": not valid JSON: not a text in UTF-8");
    }

    @Test
    void saysWhereTheSyntaxBreaks() {
        assertThat(fixture.messages("{ 'machine': 'm',\n  'driverDomains' [] }"))
                .containsExactly("m.json:2:19: not valid JSON: Unexpected character ('[' (code 91)):"
                        + " was expecting a colon to separate field name and value");
    }

    @Test
    void saysWhereAFileEndsTooEarly() {
        assertThat(fixture.messages("{ 'machine': 'm'\n"))
                .containsExactly("m.json:2:1: not valid JSON: the file ends too early; is a }, ] or \" missing?");
    }

    @Test
    void refusesTextAfterTheMachine() {
        assertThat(fixture.messages(MachineFileFixture.devices("{'name': 'vol0', 'memory': '1MiB'}") + "\n}"))
                .containsExactly("m.json:6:1: not valid JSON: Unexpected close marker '}': no open Object to close");
    }

    @Test
    void refusesASecondMachine() {
        assertThat(fixture.messages("{}\n{}")).containsExactly("m.json:2:1: not valid JSON: more after the last }");
    }

    @Test
    void refusesAFileThatIsNoObject() {
        assertThat(fixture.messages("[]")).containsExactly("m.json:1:1: [...]: expected an object {...}");
    }

    @Test
    void asksForWhatIsMissing() {
        assertThat(fixture.messages("{}"))
                .containsExactly(
                        "m.json:1:1: \"machine\" is missing; give e.g. \"machine\": \"quickstart\"",
                        "m.json:1:1: \"driverDomains\" is missing; give e.g. \"driverDomains\":"
                                + " [ { \"name\": \"disk\", \"driver\": \"block\", \"devices\": [] } ]");
    }

    @Test
    void suggestsTheKnownKeyNearestToAnUnknownOne() {
        assertThat(fixture.messages(MachineFileFixture.devices("{'name': 'vol0', 'memory': '1MiB', 'readonly': true}")))
                .containsExactly("m.json:3:36: driverDomains[0].devices[0].readonly: unknown key;"
                        + " did you mean \"readOnly\"?");
    }

    @Test
    void listsTheKnownKeysWhenNoneIsNear() {
        assertThat(fixture.messages("{'machine': 'm', 'colour': 1, 'driverDomains': [{'name': 'd', 'driver': 'block',"
                        + " 'devices': []}]}"))
                .containsExactly("m.json:1:18: colour: unknown key; there is: machine, health, driverDomains, guests");
    }

    @Test
    void refusesAKeyGivenTwice() {
        assertThat(fixture.messages(MachineFileFixture.devices("{'name': 'vol0',\n'memory': '1MiB', 'name': 'vol1'}")))
                .containsExactly("m.json:4:19: driverDomains[0].devices[0].name: given twice; the first is in line 3");
    }

    @Test
    void refusesValuesOfTheWrongType() {
        assertThat(fixture.messages("{'machine': 7,\n'driverDomains': {},\n'guests': [3]}"))
                .containsExactly(
                        "m.json:1:13: machine: 7: expected a text in quotes",
                        "m.json:2:18: driverDomains: {...}: expected a list [...]",
                        "m.json:3:12: guests[0]: 3: expected an object {...}");
    }

    @Test
    void refusesFlagsNumbersAndOptionsOfTheWrongType() {
        assertThat(fixture.messages(MachineFileFixture.devices(
                        "{'name': 'a', 'class': 'A', 'readOnly': 'yes', 'queues': 9, 'options': {'x': []},"
                                + " 'classpath': [1]}")))
                .containsExactly(
                        "m.json:3:41: driverDomains[0].devices[0].readOnly: \"yes\": expected true or false",
                        "m.json:3:58: driverDomains[0].devices[0].queues: 9: expected a whole number from 1 to 8",
                        "m.json:3:78: driverDomains[0].devices[0].options.x: [...]:"
                                + " expected a text, a number, true or false",
                        "m.json:3:97: driverDomains[0].devices[0].classpath[0]: 1: expected a text in quotes");
    }

    @Test
    void shortensAValueThatIsTooLongToQuote() {
        assertThat(fixture.messages(
                        MachineFileFixture.devices("{'name': '" + "x".repeat(100) + "', 'memory': '1MiB'}")))
                .containsExactly("m.json:3:10: driverDomains[0].devices[0].name: \"" + "x".repeat(59)
                        + "...: a name is 1 to 32 letters, digits, \"_\" or \"-\"");
    }
}
