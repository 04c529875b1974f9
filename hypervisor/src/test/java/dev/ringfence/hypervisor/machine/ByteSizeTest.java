// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "4096, 4096",
        "512B, 512",
        "1KiB, 1024",
        "96MiB, 100663296",
        "1 GiB, 1073741824",
        "2TiB, 2199023255552"
    })
    void readsSizes(String text, long bytes) {
        assertThat(ByteSize.parse(text)).hasValue(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "MiB", "1mib", "1MB", "-1", "1.5GiB", "8388608TiB", "99999999999999999999", " 1"})
    void refusesWhatIsNoSizeOrTooLarge(String text) {
        assertThat(ByteSize.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, 0B", "1023, 1023B", "1024, 1KiB", "1536, 1.5KiB", "100663296, 96MiB", "1610612736, 1.5GiB"})
    void writesSizes(long bytes, String text) {
        assertThat(ByteSize.format(bytes)).isEqualTo(text);
    }
}
