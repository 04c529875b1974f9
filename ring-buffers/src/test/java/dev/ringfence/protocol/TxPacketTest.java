// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TxPacketTest {
    private static final int MORE = NetifLayout.MORE_DATA;
    private static final int EXTRA = NetifLayout.EXTRA_INFO;

    @AutoClose
    private final SharedMemory memory = SharedMemory.create("test-tx", SharedMemory.PAGE_BYTES);

    private final Window window = memory.window();
    private final TxPacket packet = new TxPacket();
    private int slots;

    private void request(int offset, int flags, int size) {
        TxRequest.encode(window, at(slots), 100 + slots, offset, flags, 200 + slots, size);
        slots++;
    }

    private void gso(int type, int size, boolean more) {
        ExtraInfo.encodeGso(window, at(slots++), type, size, more);
    }

    private void extra(int type, boolean more) {
        window.putLong(at(slots++), type | (more ? 1 << 8 : 0));
    }

    private static long at(int slot) {
        return 12L * slot;
    }

    /** Feeds the slots made so far until the packet is complete. */
    private PacketVerdict verdict() {
        packet.begin();
        int slot = 0;
        while (packet.isOpen() && slot < slots) {
            packet.add(window, at(slot++));
        }
        return packet.isOpen() ? PacketVerdict.TRUNCATED : packet.verdict();
    }

    @Test
    void aPacketInOneSlot() {
        request(80, NetifLayout.TX_CSUM_BLANK | NetifLayout.TX_DATA_VALIDATED, 1514);
        assertThat(verdict()).isEqualTo(PacketVerdict.OK);
        assertThat(packet.slots()).isOne();
        assertThat(packet.fragmentCount()).isOne();
        assertThat(packet.gref(0)).isEqualTo(100);
        assertThat(packet.offset(0)).isEqualTo(80);
        assertThat(packet.bytes(0)).isEqualTo(1514);
        assertThat(packet.bytes()).isEqualTo(1514);
        assertThat(packet.id(0)).isEqualTo(200);
        assertThat(packet.isChecksumBlank()).isTrue();
        assertThat(packet.isDataValidated()).isTrue();
        assertThat(packet.gsoType()).isEqualTo(NetifLayout.GSO_NONE);
        assertThat(packet.isMulticastChange()).isFalse();
    }

    @Test
    void aLargePacketWithGsoInThreeFragments() {
        request(96, EXTRA | MORE, 9000);
        gso(NetifLayout.GSO_TCPV4, 1448, false);
        request(0, MORE, 4096);
        request(0, 0, 904);
        request(0, 0, 60);
        assertThat(verdict()).isEqualTo(PacketVerdict.OK);
        assertThat(packet.slots()).isEqualTo(4);
        assertThat(packet.fragmentCount()).isEqualTo(3);
        assertThat(packet.bytes(0)).isEqualTo(4000);
        assertThat(packet.bytes(1)).isEqualTo(4096);
        assertThat(packet.bytes(2)).isEqualTo(904);
        assertThat(packet.gref(1)).isEqualTo(102);
        assertThat(packet.bytes()).isEqualTo(9000);
        assertThat(packet.isExtra(0)).isFalse();
        assertThat(packet.isExtra(1)).isTrue();
        assertThat(packet.isExtra(2)).isFalse();
        assertThat(packet.id(2)).isEqualTo(202);
        assertThat(packet.gsoType()).isEqualTo(NetifLayout.GSO_TCPV4);
        assertThat(packet.gsoSize()).isEqualTo(1448);
        assertThat(packet.isChecksumBlank())
                .as("GSO has the checksum completed")
                .isTrue();
    }

    @Test
    void nothingOfTheLastPacketIsLeft() {
        request(0, EXTRA, 100);
        gso(NetifLayout.GSO_TCPV4, 1448, false);
        verdict();
        slots = 0;
        request(0, 0, 60);
        assertThat(verdict()).isEqualTo(PacketVerdict.OK);
        assertThat(packet.gsoType()).isEqualTo(NetifLayout.GSO_NONE);
        assertThat(packet.isChecksumBlank()).isFalse();
        assertThat(packet.slots()).isOne();
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 6, 77, 255})
    void extraInfosThatWeDoNotKnowAreSkipped(int type) {
        request(0, EXTRA, 60);
        extra(type, true);
        extra(type, true);
        gso(NetifLayout.GSO_TCPV6, 1, false);
        assertThat(verdict()).isEqualTo(PacketVerdict.OK);
        assertThat(packet.slots()).isEqualTo(4);
        assertThat(packet.gsoType()).isEqualTo(NetifLayout.GSO_TCPV6);
    }

    @ParameterizedTest
    @CsvSource({
        "0, false, EXTRA_WITHOUT_TYPE",
        "1, false, GSO_TYPE",
        "2, true, TRUNCATED",
        "4, false, OK",
    })
    void extraInfosOfAnyType(int type, boolean more, PacketVerdict expected) {
        request(0, EXTRA, 60);
        extra(type, more);
        assertThat(verdict()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1448, GSO_TYPE",
        "1, 0, GSO_SIZE",
        "1, 1, OK",
        "2, 65535, OK",
        "3, 1448, GSO_TYPE",
        "255, 0, GSO_TYPE"
    })
    void gsoOfAnyKind(int type, int size, PacketVerdict expected) {
        request(0, EXTRA, 60);
        gso(type, size, false);
        assertThat(verdict()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void aKnownExtraInfoTwice(int type) {
        request(0, EXTRA, 60);
        for (int i = 0; i < 2; i++) {
            if (type == NetifLayout.EXTRA_GSO) {
                gso(NetifLayout.GSO_TCPV4, 1, i == 0);
            } else {
                extra(type, i == 0);
            }
        }
        assertThat(verdict()).isEqualTo(PacketVerdict.EXTRA_TWICE);
    }

    @Test
    void aChangeOfMulticastGroups() {
        request(0, EXTRA, 0);
        ExtraInfo.encodeMulticast(window, at(slots++), true, 0x01005e0000fbL, false);
        assertThat(verdict()).isEqualTo(PacketVerdict.OK);
        assertThat(packet.isMulticastChange()).isTrue();
        assertThat(packet.joinsGroup()).isTrue();
        assertThat(packet.group()).isEqualTo(0x01005e0000fbL);
    }

    @ParameterizedTest
    @CsvSource({"1, OK", "2, OK", "17, OK", "18, OK", "19, TOO_MANY_FRAGMENTS", "20, MALICIOUS_FRAGMENTS"})
    void asManyFragments(int count, PacketVerdict expected) {
        for (int i = 0; i < count; i++) {
            request(0, i == count - 1 ? 0 : MORE, i == 0 ? 60 + count - 1 : 1);
        }
        assertThat(verdict()).isEqualTo(expected);
        assertThat(packet.slots()).isEqualTo(count);
    }

    @Test
    void aChainWithoutAnEndIsCutOff() {
        for (int i = 0; i < 300; i++) {
            request(0, MORE, i == 0 ? 600 : 1);
        }
        assertThat(verdict()).isEqualTo(PacketVerdict.MALICIOUS_FRAGMENTS);
        assertThat(packet.slots()).isEqualTo(NetifLayout.MALICIOUS_FRAGMENTS);
    }

    @ParameterizedTest
    @CsvSource({
        "4083, 13, TOO_SHORT",
        "4082, 14, OK",
        "4083, 14, OUTSIDE_PAGE",
        "0, 4096, OK",
        "0, 4097, OUTSIDE_PAGE",
        "65535, 0, OUTSIDE_PAGE",
        "65535, 65535, OUTSIDE_PAGE",
        "0, 0, TOO_SHORT"
    })
    void aSingleFragmentAnywhere(int offset, int size, PacketVerdict expected) {
        request(offset, 0, size);
        assertThat(verdict()).isEqualTo(expected);
    }

    @Test
    void fragmentsThatAreTogetherLargerThanThePacket() {
        request(0, MORE, 99);
        request(0, 0, 100);
        assertThat(verdict()).isEqualTo(PacketVerdict.FRAGMENTS_EXCEED_PACKET);
    }

    @Test
    void fragmentsWithoutData() {
        request(0, MORE, 100);
        request(4096, MORE, 0);
        request(0, 0, 100);
        assertThat(verdict()).isEqualTo(PacketVerdict.OK);
        assertThat(packet.bytes(0)).isZero();
        assertThat(packet.bytes(1)).isZero();
        assertThat(packet.bytes(2)).isEqualTo(100);
    }

    @Test
    void aCompletePacketTakesNoMoreSlots() {
        request(0, 0, 60);
        verdict();
        assertThatIllegalStateException().isThrownBy(() -> packet.add(window, 0));
    }

    /** Every chain of up to four slots that are interesting, against the rules written down a second time. */
    @Test
    void shortChainsExhausted() {
        List<long[]> alphabet = new ArrayList<>();
        for (int flags : new int[] {0, MORE, EXTRA, MORE | EXTRA}) {
            for (int size : new int[] {0, 13, 60}) {
                for (int offset : new int[] {0, 4090}) {
                    TxRequest.encode(window, 0, 1, offset, flags, 2, size);
                    alphabet.add(new long[] {window.getLong(0), window.getInt(8)});
                }
            }
        }
        // As requests, most of these are fragments far outside their page.
        for (int type : new int[] {0, 1, 2, 9}) {
            for (int more : new int[] {0, 1}) {
                alphabet.add(new long[] {type | more << 8 | 1448L << 16 | 1L << 32, 60 << 16});
            }
        }
        long[][] chain = new long[4][];
        int seen = 0;
        for (int n = 0; n < Math.pow(alphabet.size(), 4); n++) {
            for (int i = 0, rest = n; i < 4; i++, rest /= alphabet.size()) {
                chain[i] = alphabet.get(rest % alphabet.size());
                window.putLong(at(i), chain[i][0]);
                window.putInt(at(i) + 8, (int) chain[i][1]);
            }
            slots = 4;
            PacketVerdict verdict = verdict();
            seen |= 1 << verdict.ordinal();
            if (verdict != ruled(chain)) {
                throw new AssertionError("chain=" + n + " verdict=" + verdict + " expected=" + ruled(chain));
            }
        }
        assertThat(Integer.bitCount(seen)).as("verdicts that occur").isEqualTo(8);
    }

    private static PacketVerdict ruled(long[][] chain) {
        boolean group = false;
        int extras = 0;
        if ((chain[0][0] >>> 48 & EXTRA) != 0) {
            int known = 0;
            boolean more = true;
            while (more) {
                if (++extras == chain.length) {
                    return PacketVerdict.TRUNCATED;
                }
                int type = (int) chain[extras][0] & 0xff;
                more = (chain[extras][0] >>> 8 & 1) != 0;
                int gsoType = (int) (chain[extras][0] >>> 32) & 0xff;
                int gsoSize = (int) (chain[extras][0] >>> 16) & 0xffff;
                if (type == 0) {
                    return PacketVerdict.EXTRA_WITHOUT_TYPE;
                }
                if (type <= 4 && (known & 1 << type) != 0) {
                    return PacketVerdict.EXTRA_TWICE;
                }
                known |= 1 << type;
                if (type == 1 && gsoType != 1 && gsoType != 2) {
                    return PacketVerdict.GSO_TYPE;
                }
                if (type == 1 && gsoSize == 0) {
                    return PacketVerdict.GSO_SIZE;
                }
                group |= type == 2 || type == 3;
            }
        }
        int total = (int) chain[0][1] >>> 16;
        int rest = 0;
        long last = chain[0][0];
        for (int i = extras + 1; (last >>> 48 & MORE) != 0; i++) {
            if (i == chain.length) {
                return PacketVerdict.TRUNCATED;
            }
            last = chain[i][0];
            int size = (int) chain[i][1] >>> 16;
            if ((last >>> 32 & 0xffff) + size > 4096) {
                return PacketVerdict.OUTSIDE_PAGE;
            }
            rest += size;
        }
        if (group) {
            return PacketVerdict.OK;
        }
        if (rest > total) {
            return PacketVerdict.FRAGMENTS_EXCEED_PACKET;
        }
        if ((chain[0][0] >>> 32 & 0xffff) + total - rest > 4096) {
            return PacketVerdict.OUTSIDE_PAGE;
        }
        return total < 14 ? PacketVerdict.TOO_SHORT : PacketVerdict.OK;
    }
}
