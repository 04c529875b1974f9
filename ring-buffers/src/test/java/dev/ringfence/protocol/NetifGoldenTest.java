// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;
import java.util.HexFormat;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Bytes as a C compiler lays out {@code netif.h}. */
class NetifGoldenTest {
    private static final long AT = 64 + 5 * 12;

    @AutoClose
    private final SharedMemory memory = SharedMemory.create("test-netif", SharedMemory.PAGE_BYTES);

    private final Window window = memory.window();

    @Test
    void ringsOfOnePage() {
        assertThat(NetifLayout.txSlotCount(4096)).isEqualTo(256);
        assertThat(NetifLayout.rxSlotCount(4096)).isEqualTo(256);
    }

    @Test
    void aTransmitRequest() {
        TxRequest.encode(
                window, AT, 0xf4030201, 0x0cba, NetifLayout.TX_CSUM_BLANK | NetifLayout.MORE_DATA, 0xfffe, 0xffff);
        assertThat(bytes(12)).isEqualTo("010203f4" + "ba0c" + "0500" + "feff" + "ffff");

        TxRequest request = new TxRequest();
        request.decode(window, AT);
        assertThat(request.gref()).isEqualTo(0xf4030201);
        assertThat(request.offset()).isEqualTo(0x0cba);
        assertThat(request.flags()).isEqualTo(5);
        assertThat(request.has(NetifLayout.MORE_DATA)).isTrue();
        assertThat(request.has(NetifLayout.EXTRA_INFO)).isFalse();
        assertThat(request.id()).isEqualTo(0xfffe);
        assertThat(request.size()).isEqualTo(0xffff);
    }

    @Test
    void everyFieldOfATransmitRequestAtItsLargest() {
        window.fill(AT, 12, (byte) 0xff);
        TxRequest request = new TxRequest();
        request.decode(window, AT);
        assertThat(request.offset()).isEqualTo(0xffff);
        assertThat(request.flags()).isEqualTo(0xffff);
        assertThat(request.id()).isEqualTo(0xffff);
        assertThat(request.size()).isEqualTo(0xffff);
    }

    @Test
    void aTransmitResponseLeavesNothingOfTheRequestInItsPlace() {
        window.fill(AT, 12, (byte) 0x5a);
        TxResponse.encode(window, AT, 0xfffe, NetifLayout.DROPPED);
        assertThat(bytes(12)).isEqualTo("feff" + "feff" + "0000000000000000");

        TxResponse response = new TxResponse();
        response.decode(window, AT);
        assertThat(response.id()).isEqualTo(0xfffe);
        assertThat(response.status()).isEqualTo(NetifLayout.DROPPED);
    }

    @Test
    void aReceiveRequest() {
        RxRequest.encode(window, AT, 0xfffe, 0xf4030201);
        assertThat(bytes(8)).isEqualTo("feff" + "0000" + "010203f4");

        RxRequest request = new RxRequest();
        request.decode(window, AT);
        assertThat(request.id()).isEqualTo(0xfffe);
        assertThat(request.gref()).isEqualTo(0xf4030201);
    }

    @Test
    void aReceiveResponse() {
        RxResponse.encode(window, AT, 0xfffe, 0x0cba, NetifLayout.RX_CSUM_BLANK | NetifLayout.EXTRA_INFO, 1514);
        assertThat(bytes(8)).isEqualTo("feff" + "ba0c" + "0a00" + "ea05");

        RxResponse response = new RxResponse();
        response.decode(window, AT);
        assertThat(response.id()).isEqualTo(0xfffe);
        assertThat(response.offset()).isEqualTo(0x0cba);
        assertThat(response.has(NetifLayout.RX_CSUM_BLANK)).isTrue();
        assertThat(response.has(NetifLayout.EXTRA_INFO)).isTrue();
        assertThat(response.has(NetifLayout.MORE_DATA)).isFalse();
        assertThat(response.status()).isEqualTo(1514);
    }

    @Test
    void aReceiveResponseWithAnErrorForASize() {
        RxResponse.encode(window, AT, 0, 0, 0, NetifLayout.ERROR);
        RxResponse response = new RxResponse();
        response.decode(window, AT);
        assertThat(response.status()).isEqualTo(NetifLayout.ERROR);
    }

    @Test
    void anExtraInfoForGso() {
        ExtraInfo.encodeGso(window, AT, NetifLayout.GSO_TCPV6, 0x05b4, true);
        assertThat(bytes(8)).isEqualTo("01" + "01" + "b405" + "02" + "00" + "0000");

        ExtraInfo info = new ExtraInfo();
        info.decode(window, AT);
        assertThat(info.type()).isEqualTo(NetifLayout.EXTRA_GSO);
        assertThat(info.hasMore()).isTrue();
        assertThat(info.gsoSize()).isEqualTo(0x05b4);
        assertThat(info.gsoType()).isEqualTo(NetifLayout.GSO_TCPV6);
    }

    @Test
    void anExtraInfoForMulticast() {
        ExtraInfo.encodeMulticast(window, AT, false, 0x01005e0102fbL, false);
        assertThat(bytes(8)).isEqualTo("03" + "00" + "01005e0102fb");

        ExtraInfo info = new ExtraInfo();
        info.decode(window, AT);
        assertThat(info.type()).isEqualTo(NetifLayout.EXTRA_MCAST_DEL);
        assertThat(info.hasMore()).isFalse();
        assertThat(info.address()).isEqualTo(0x01005e0102fbL);
    }

    private String bytes(int length) {
        byte[] bytes = new byte[length];
        window.get(AT, bytes, 0, length);
        return HexFormat.of().formatHex(bytes);
    }
}
