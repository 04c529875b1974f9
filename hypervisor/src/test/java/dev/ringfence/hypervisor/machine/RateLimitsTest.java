// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import static dev.ringfence.hypervisor.machine.MachineFileFixture.guests;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimitsTest {
    @TempDir
    Path directory;

    private MachineFileFixture fixture;

    @BeforeEach
    void createFixture() {
        fixture = new MachineFileFixture(directory);
    }

    private static String limited(String limits) {
        return guests("{'name': 'web', 'devices': [{'as': 'xvda', 'disk': 'disk/vol0', 'limits': " + limits + "}]}");
    }

    private RateLimits read(String limits) {
        return fixture.read(limited(limits)).guests().get(0).devices().get(0).limits();
    }

    @Test
    void eitherLimitBothOrNoneAreRead() {
        assertThat(read("{'iops': 1000, 'bandwidth': '50MiB'}"))
                .isEqualTo(new RateLimits(OptionalLong.of(1000), OptionalLong.of(50 << 20)));
        assertThat(read("{'iops': 1}").bytes()).isEmpty();
        assertThat(read("{'bandwidth': 1048576}").operations()).isEmpty();
        assertThat(read("{}")).isEqualTo(RateLimits.NONE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                {'iops': 0}            | iops: 0: expected a whole number from 1 to 1000000000
                {'iops': '1k'}         | iops: "1k": expected a whole number from 1 to 1000000000
                {'bandwidth': '512KiB'}| bandwidth: "512KiB": at least 1MiB a second
                {'bandwidth': 'fast'}  | bandwidth: "fast": expected a size such as "64MiB"; units are KiB, MiB, GiB and TiB
                {'bandwith': '1MiB'}   | bandwith: unknown key; did you mean "bandwidth"?
                """)
    void whatIsNoLimitIsRefusedByItsKey(String limits, String message) {
        assertThat(fixture.messages(limited(limits)))
                .singleElement()
                .asString()
                .endsWith("guests[0].devices[0].limits." + message);
    }
}
