// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RxPacketTest {
    private static final int MORE = NetifLayout.MORE_DATA;
    private static final int EXTRA = NetifLayout.EXTRA_INFO;

    @AutoClose
    private final SharedMemory memory = SharedMemory.create("test-rx", SharedMemory.PAGE_BYTES);

    private final Window window = memory.window();
    private final RxPacket packet = new RxPacket();
    private int slots;

    private void response(int offset, int flags, int status) {
        RxResponse.encode(window, 8L * slots, 200 + slots, offset, flags, status);
        slots++;
    }

    private PacketVerdict verdict() {
        packet.begin();
        int slot = 0;
        while (packet.isOpen() && slot < slots) {
            packet.add(window, 8L * slot++);
        }
        return packet.isOpen() ? PacketVerdict.TRUNCATED : packet.verdict();
    }

    @Test
    void aPacketInOneSlot() {
        response(2, NetifLayout.RX_CSUM_BLANK | NetifLayout.RX_DATA_VALIDATED, 1514);
        assertThat(verdict()).isEqualTo(PacketVerdict.OK);
        assertThat(packet.slots()).isOne();
        assertThat(packet.fragmentCount()).isOne();
        assertThat(packet.slot(0)).isZero();
        assertThat(packet.offset(0)).isEqualTo(2);
        assertThat(packet.bytes(0)).isEqualTo(1514);
        assertThat(packet.bytes()).isEqualTo(1514);
        assertThat(packet.isChecksumBlank()).isTrue();
        assertThat(packet.isDataValidated()).isTrue();
    }

    @Test
    void aLargePacketWhoseExtraInfoHasTakenABuffer() {
        response(0, EXTRA | MORE | NetifLayout.RX_DATA_VALIDATED, 4096);
        ExtraInfo.encodeGso(window, 8L * slots++, NetifLayout.GSO_TCPV6, 1440, false);
        response(0, MORE, 4096);
        response(0, 0, 100);
        response(0, 0, 60);
        assertThat(verdict()).isEqualTo(PacketVerdict.OK);
        assertThat(packet.slots()).isEqualTo(4);
        assertThat(packet.fragmentCount()).isEqualTo(3);
        assertThat(packet.slot(1)).isEqualTo(2);
        assertThat(packet.slot(2)).isEqualTo(3);
        assertThat(packet.bytes()).isEqualTo(8292);
        assertThat(packet.gsoType()).isEqualTo(NetifLayout.GSO_TCPV6);
        assertThat(packet.gsoSize()).isEqualTo(1440);
        assertThat(packet.isChecksumBlank()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 4096, OK",
        "1, 4096, OUTSIDE_PAGE",
        "4082, 14, OK",
        "0, 13, TOO_SHORT",
        "0, 0, TOO_SHORT",
        "0, -1, PEER_ERROR",
        "65535, -2, OUTSIDE_PAGE",
        "0, -32768, PEER_ERROR",
        "0, 32767, OUTSIDE_PAGE"
    })
    void aSingleFragmentAnywhere(int offset, int status, PacketVerdict expected) {
        response(offset, 0, status);
        assertThat(verdict()).isEqualTo(expected);
    }

    @Test
    void anErrorInTheMiddleCostsTheWholePacketAndNoMore() {
        response(0, MORE, 1000);
        response(0, MORE, NetifLayout.ERROR);
        response(0, 0, 1000);
        response(0, 0, 60);
        assertThat(verdict()).isEqualTo(PacketVerdict.PEER_ERROR);
        assertThat(packet.slots()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"18, OK", "19, OK", "20, MALICIOUS_FRAGMENTS", "300, MALICIOUS_FRAGMENTS"})
    void asManyFragments(int count, PacketVerdict expected) {
        for (int i = 0; i < count; i++) {
            response(0, i == count - 1 ? 0 : MORE, 60);
        }
        assertThat(verdict()).isEqualTo(expected);
        assertThat(packet.slots()).isLessThanOrEqualTo(NetifLayout.MALICIOUS_FRAGMENTS);
    }

    @Test
    void aChainThatDoesNotEnd() {
        response(0, MORE, 60);
        assertThat(verdict()).isEqualTo(PacketVerdict.TRUNCATED);
        slots = 0;
        response(0, EXTRA, 60);
        assertThat(verdict()).isEqualTo(PacketVerdict.TRUNCATED);
    }

    @ParameterizedTest
    @CsvSource({"0, EXTRA_WITHOUT_TYPE", "1, GSO_TYPE", "2, OK", "9, OK"})
    void extraInfosOfAnyType(int type, PacketVerdict expected) {
        response(0, EXTRA, 60);
        window.putLong(8L * slots++, type);
        assertThat(verdict()).isEqualTo(expected);
    }

    @Test
    void gsoToldByAPrefix() {
        response(0, NetifLayout.RX_GSO_PREFIX | MORE, 1448);
        assertThat(verdict()).isEqualTo(PacketVerdict.GSO_PREFIX);
    }

    @Test
    void aCompletePacketTakesNoMoreSlots() {
        response(0, 0, 60);
        verdict();
        assertThatIllegalStateException().isThrownBy(() -> packet.add(window, 0));
    }
}
