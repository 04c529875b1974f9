// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bytes that a front-end of another make has to put and to expect. */
class EntropyGoldenTest {
    private static final long AT = 64 + 3 * 16;

    private final SharedMemory memory = SharedMemory.create("test-entropy", SharedMemory.PAGE_BYTES);
    private final Window window = memory.window();

    @AfterEach
    void unmap() {
        memory.close();
    }

    @Test
    void aRequest() {
        window.fill(AT, 16, (byte) 0x5a);
        EntropyRequest.encode(window, AT, 0x8877665544332211L, 0xf0000009, 4096);

        assertThat(bytes()).isEqualTo("1122334455667788" + "090000f0" + "0010" + "0000");
        EntropyRequest request = new EntropyRequest();
        request.decode(window, AT);
        assertThat(request.id()).isEqualTo(0x8877665544332211L);
        assertThat(request.gref()).isEqualTo(0xf0000009);
        assertThat(request.length()).isEqualTo(4096);
    }

    @ParameterizedTest
    @CsvSource({"0, false", "1, true", "4096, true", "4097, false", "65535, false"})
    void aLengthThatMakesSense(int length, boolean plausible) {
        EntropyRequest.encode(window, AT, 1, 8, length);
        EntropyRequest request = new EntropyRequest();
        request.decode(window, AT);
        assertThat(request.isPlausible()).isEqualTo(plausible);
    }

    @ParameterizedTest
    @CsvSource({"4096, 00100000", "1, 01000000", "-1, ffffffff"})
    void aResponseLeavesNothingOfTheRequestInItsPlace(int answer, String golden) {
        window.fill(AT, 16, (byte) 0x5a);
        EntropyResponse.encode(window, AT, 0x8877665544332211L, answer);

        assertThat(bytes()).isEqualTo("1122334455667788" + golden + "00000000");
        EntropyResponse response = new EntropyResponse();
        response.decode(window, AT);
        assertThat(response.id()).isEqualTo(0x8877665544332211L);
        assertThat(response.bytes()).isEqualTo(answer);
    }

    @Test
    void aPageHolds128() {
        assertThat(EntropyLayout.slotCount(4096)).isEqualTo(128);
    }

    private String bytes() {
        byte[] copy = new byte[16];
        window.get(AT, copy, 0, copy.length);
        return HexFormat.of().formatHex(copy);
    }
}
