// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class StoreMessageTest {
    /** READ, request 0x01020304, transaction 5, "/a". */
    private static final String READ = "02000000" + "04030201" + "05000000" + "03000000" + "2f6100";

    @Test
    void writesTheHeaderLittleEndianAndThePayloadAfterIt() {
        StoreMessage read = StoreMessage.of(StoreMessageType.READ, 0x01020304, 5, StoreMessage.strings("/a"));
        assertThat(hex(read.packet())).isEqualTo(READ);
    }

    @Test
    void readsWhatItWrites() {
        StoreMessage read = StoreMessage.parse(bytes(READ)).orElseThrow();
        assertThat(read.is(StoreMessageType.READ)).isTrue();
        assertThat(read.requestId()).isEqualTo(0x01020304);
        assertThat(read.transactionId()).isEqualTo(5);
        assertThat(read.strings()).containsExactly("/a");
    }

    @Test
    void answersWithTheTypeAndTheIdsOfTheRequest() {
        StoreMessage read = StoreMessage.parse(bytes(READ)).orElseThrow();
        assertThat(hex(read.reply(bytes("6869")).packet()))
                .isEqualTo("02000000" + "04030201" + "05000000" + "02000000" + "6869");
    }

    @Test
    void sendsErrorsByName() {
        StoreMessage read = StoreMessage.parse(bytes(READ)).orElseThrow();
        assertThat(hex(read.error(StoreError.ENOENT).packet()))
                .isEqualTo("10000000" + "04030201" + "05000000" + "07000000" + "454e4f454e5400");
    }

    @Test
    void sendsEventsWithoutIds() {
        assertThat(hex(StoreMessage.event("/a", "t").packet()))
                .isEqualTo("0f000000" + "00000000" + "00000000" + "05000000" + "2f61007400");
    }

    @Test
    void refusesPacketsWhoseLengthIsNotTheStatedOne() {
        assertThat(StoreMessage.parse(bytes(READ.substring(0, READ.length() - 2))))
                .isEmpty();
        assertThat(StoreMessage.parse(bytes(READ + "00"))).isEmpty();
        assertThat(StoreMessage.parse(bytes(READ.substring(0, 30)))).isEmpty();
        assertThat(StoreMessage.parse(new byte[0])).isEmpty();
        assertThat(StoreMessage.parse(bytes("02000000" + "00000000" + "00000000" + "ffffffff")))
                .isEmpty();
    }

    @Test
    void limitsThePayload() {
        byte[] longest =
                StoreMessage.of(StoreMessageType.WRITE, 1, 0, new byte[4096]).packet();
        assertThat(StoreMessage.parse(longest)).isPresent();
        byte[] longer = Arrays.copyOf(longest, longest.length + 1);
        longer[12] = 1; // states 4097
        assertThat(StoreMessage.parse(longer)).isEmpty();
        assertThatThrownBy(() -> StoreMessage.of(StoreMessageType.WRITE, 1, 0, new byte[4097]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void knowsTheNumbersOfTheTypes() {
        assertThat(StoreMessageType.of(0)).contains(StoreMessageType.CONTROL);
        assertThat(StoreMessageType.of(14)).contains(StoreMessageType.SET_PERMS);
        assertThat(StoreMessageType.of(21)).contains(StoreMessageType.RESET_WATCHES);
        assertThat(StoreMessageType.of(26)).contains(StoreMessageType.SET_QUOTA);
        assertThat(StoreMessageType.of(20)).isEmpty();
        assertThat(StoreMessageType.of(27)).isEmpty();
        assertThat(StoreMessageType.of(-1)).isEmpty();
        assertThat(StoreMessageType.of(0xffff)).isEmpty();
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
