// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringfence.fault.campaign.Campaign.Conditions;
import dev.ringfence.fault.mutation.Operator;
import dev.ringfence.fault.mutation.Part;
import dev.ringfence.hypervisor.machine.MachineFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

final class CampaignReaderTest {
    static final List<String> PRESETS = CampaignReader.PRESETS;

    @TempDir
    private Path directory;

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("c.json"), text.replace('\'', '"'));
    }

    @Test
    void readsWhatItSays() throws IOException {
        Campaign campaign = CampaignReader.read(file("""
                { 'campaign': 'mine', 'driver': 'block', 'trials': 7, 'seed': 9,
                  'code': { 'parts': { 'device': 3, 'journal': 1 }, 'operators': [ 'branch', 'nop' ] } }
                """));

        assertThat(campaign)
                .isEqualTo(new Campaign(
                        "mine",
                        List.of("block"),
                        7,
                        9,
                        List.of(new CodeFaults(
                                1, Map.of(Part.DEVICE, 3, Part.JOURNAL, 1), List.of(Operator.BRANCH, Operator.NOP))),
                        Conditions.PLAIN));
    }

    @Test
    void aCampaignMayBeOfBothDrivers() throws IOException {
        Campaign both = CampaignReader.read(
                file("{ 'campaign': 'mine', 'drivers': [ 'block', 'net' ], 'trials': 1, 'code': {} }"));

        assertThat(both.drivers()).containsExactly("block", "net");
        assertThat(CampaignReader.read("minix").drivers()).containsExactly("block", "net");
    }

    @Test
    void whatIsNotSaidIsEverything() throws IOException {
        Campaign campaign = CampaignReader.read(file("{ 'campaign': 'mine', 'trials': 1, 'code': {} }"));

        assertThat(campaign.families())
                .containsExactly(new CodeFaults(
                        1, Map.of(Part.DEVICE, 1, Part.KIT, 1, Part.JOURNAL, 1), List.of(Operator.values())));
    }

    @ParameterizedTest
    @FieldSource("PRESETS")
    void presetsAreCampaigns(String preset) {
        assertThat(CampaignReader.read(preset).name()).isEqualTo(preset);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{ 'campaign': 'a', 'code': {} }                     | c.json:1:1: \"trials\" is missing",
                "{ 'campaign': 'a', 'trials': 0, 'code': {} }        | c.json:1:30: trials: 0: expected a whole number from 1 to",
                "{ 'campaign': 'a', 'trials': 1 }                    | c.json:1:1: expected at least one family of faults: code, process, protocol, device",
                "{ 'campaign': 'a', 'trials': 1, 'cod': {} }         | cod: unknown key; did you mean \"code\"?",
                "{ 'trials': 1, 'code': {} }                         | \"campaign\" is missing",
                "{ 'campaign': 'a', 'driver': 'disk', 'trials': 1, 'code': {} } | driver: \"disk\": expected one of block",
                "{ 'campaign': 'a', 'driver': 'net', 'drivers': [ 'net' ], 'trials': 1, 'code': {} } | drivers: [...]: expected this or \"driver\", not both",
                "{ 'campaign': 'a', 'drivers': [ 'net', 'net' ], 'trials': 1, 'code': {} } | drivers: [...]: expected each once, of block, net",
                "{ 'campaign': 'a', 'driver': 'net', 'trials': 1, 'protocol': {} } | protocol: {...}: expected in campaigns of the block driver alone",
                "{ 'campaign': 'a', 'drivers': [ 'disk' ], 'trials': 1, 'code': {} } | drivers[0]: \"disk\": expected one of block, net",
                "{ 'campaign': 'a', 'trials': 1, 'code': { 'operators': [ 'brunch' ] } } | code.operators[0]: \"brunch\": expected one of source,",
                "{ 'campaign': 'a', 'trials': 1, 'code': { 'parts': { 'kit': 0 } } }     | code.parts: {...}: expected at least one with a weight above 0",
                "{ 'campaign': 'a', 'trials': 1, 'code': { 'parts': { 'kits': 1 } } }    | code.parts.kits: unknown key",
                "{ 'campaign': 'a', 'trials': 1, 'code': {}, 'disk': { 'class': 'no.Disk' } } | no such class in the class path",
                "{ 'campaign': 'a', 'trials': 1, 'code': {}, 'disk': { 'class': 'no.Disk', 'classpath': ['no'] } } | no such file or directory",
                "{ 'campaign': 'a', 'trials': 1, 'driver': 'net', 'code': {}, 'disk': {} } | campaigns of the block driver alone",
                "{ 'campaign': 'a'                                   | not valid JSON",
            })
    void whatIsWrongIsSaid(String text, String message) throws IOException {
        Path file = file(text);

        assertThatThrownBy(() -> CampaignReader.read(file))
                .isInstanceOf(MachineFileException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aFileThatIsNotThereIsSaid() {
        assertThatThrownBy(() -> CampaignReader.read("nowhere.json")).hasMessageContaining("no such file");
    }
}
