// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Bytes as a C compiler lays out {@code blkif.h} for x86_64. */
class BlkifGoldenTest {
    private static final long AT = 64 + 112;

    private final SharedMemory memory = SharedMemory.create("test-blkif", SharedMemory.PAGE_BYTES);
    private final Window window = memory.window();
    private final BlockRequest request = new BlockRequest();

    @AfterEach
    void unmap() {
        memory.close();
    }

    @Test
    void aDirectReadOrWrite() {
        request.asDirect(BlkifLayout.WRITE, 0xca01, 0x8877665544332211L, 0x0102030405060708L);
        request.addSegment(0xf0000009, 0, 7);
        request.addSegment(10, 3, 5);
        request.encode(window, AT);

        assertThat(bytes(AT, 40))
                .isEqualTo("01" + "02" + "01ca" + "00000000" + "1122334455667788" + "0807060504030201" + "090000f0"
                        + "00" + "07" + "0000" + "0a000000" + "03" + "05" + "0000");
    }

    @Test
    void aDiscard() {
        request.asDiscard(0xca01, 5, 8, 0x0807060504030201L);
        request.encode(window, AT);

        assertThat(bytes(AT, 32))
                .isEqualTo("05" + "00" + "01ca" + "00000000" + "0500000000000000" + "0800000000000000"
                        + "0102030405060708");
    }

    @Test
    void aFlush() {
        request.asFlush(1, -1);
        request.encode(window, AT);

        assertThat(bytes(AT, 24))
                .isEqualTo("03" + "00" + "0100" + "00000000" + "ffffffffffffffff" + "0000000000000000");
    }

    @Test
    void anIndirectWriteAndItsSegments() {
        request.asIndirect(BlkifLayout.WRITE, 0xca01, 7, 16);
        for (int i = 0; i < 256; i++) {
            request.addSegment(1000 + i, 0, 7);
        }
        request.indirectGref(0, 0x11223344);
        request.encode(window, AT);
        request.encodeIndirectSegments(window, 2048);

        assertThat(bytes(AT, 60))
                .isEqualTo("06" + "01" + "0001" + "00000000" + "0700000000000000" + "1000000000000000" + "01ca" + "0000"
                        + "44332211" + "00000000".repeat(7));
        assertThat(bytes(2048, 16)).isEqualTo("e8030000" + "00070000" + "e9030000" + "00070000");
        assertThat(bytes(2048 + 255 * 8, 8)).isEqualTo("e7040000" + "00070000");
    }

    @Test
    void aResponseLeavesNothingOfTheRequestInItsPlace() {
        window.fill(AT, 16, (byte) 0x5a);
        BlockResponse.encode(window, AT, 0x8877665544332211L, BlkifLayout.DISCARD, BlkifLayout.EOPNOTSUPP);

        assertThat(bytes(AT, 16)).isEqualTo("1122334455667788" + "05" + "00" + "feff" + "00000000");
        BlockResponse response = new BlockResponse();
        response.decode(window, AT);
        assertThat(response.id()).isEqualTo(0x8877665544332211L);
        assertThat(response.operation()).isEqualTo(BlkifLayout.DISCARD);
        assertThat(response.status()).isEqualTo(BlkifLayout.EOPNOTSUPP);
    }

    @Test
    void randomRequestsSurviveARoundTripByWayOfACopy() {
        long seed = System.nanoTime();
        System.out.println("seed=" + seed);
        Random random = new Random(seed);
        BlockRequest decoded = new BlockRequest();
        for (int i = 0; i < 20_000; i++) {
            fill(request, random);
            request.encode(window, AT);
            request.encodeIndirectSegments(window, 2048);
            window.copyTo(AT, window, 1024, BlkifLayout.REQUEST_BYTES);
            decoded.decode(window, 1024);
            if (decoded.isIndirect()) {
                decoded.decodeIndirectSegments(window, 2048);
            }
            assertThat(describe(decoded)).as("seed=%d i=%d", seed, i).isEqualTo(describe(request));
        }
    }

    private static void fill(BlockRequest request, Random random) {
        int segments = 0;
        switch (random.nextInt(4)) {
            case 0:
                request.asDirect(random.nextInt(2), random.nextInt(65536), random.nextLong(), random.nextLong());
                segments = random.nextInt(12);
                break;
            case 1:
                request.asIndirect(random.nextInt(2), random.nextInt(65536), random.nextLong(), random.nextLong());
                request.indirectGref(0, random.nextInt());
                segments = random.nextInt(257);
                break;
            case 2:
                request.asFlush(random.nextInt(65536), random.nextLong());
                break;
            default:
                request.asDiscard(random.nextInt(65536), random.nextLong(), random.nextLong(), random.nextLong());
                break;
        }
        for (int i = 0; i < segments; i++) {
            request.addSegment(random.nextInt(), random.nextInt(256), random.nextInt(256));
        }
    }

    private static String describe(BlockRequest request) {
        StringBuilder text = new StringBuilder()
                .append(request.operation())
                .append('/')
                .append(request.transfer())
                .append(" handle=")
                .append(request.handle())
                .append(" id=")
                .append(request.id())
                .append(" sector=")
                .append(request.sectorNumber())
                .append(" sectors=")
                .append(request.sectors());
        if (request.operation() == BlkifLayout.DISCARD) {
            text.append(" flag=").append(request.discardFlag());
        }
        for (int i = 0; request.isIndirect() && i < BlkifLayout.MAX_INDIRECT_PAGES; i++) {
            text.append(" page=").append(request.indirectGref(i));
        }
        for (int i = 0; i < request.segmentCount(); i++) {
            text.append(' ').append(request.gref(i));
            text.append(':').append(request.firstSector(i)).append('-').append(request.lastSector(i));
        }
        return text.toString();
    }

    @Test
    void aHostileSegmentCountIsReportedAsItIsAndReadsNothingBeyondTheSlot() {
        window.putLong(AT, 0xff00L | BlkifLayout.READ);
        request.decode(window.slice(AT, BlkifLayout.REQUEST_BYTES), 0);
        assertThat(request.segmentCount()).isEqualTo(255);
    }

    @Test
    void addingMoreSegmentsThanFitThrows() {
        request.asDirect(BlkifLayout.READ, 0, 0, 0);
        for (int i = 0; i < 11; i++) {
            request.addSegment(8, 0, 7);
        }
        assertThatIllegalStateException().isThrownBy(() -> request.addSegment(8, 0, 7));
    }

    private String bytes(long offset, int length) {
        byte[] bytes = new byte[length];
        window.byteBuffer(offset, length).get(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
