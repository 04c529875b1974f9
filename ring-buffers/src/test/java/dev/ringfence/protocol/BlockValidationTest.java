// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.protocol;

import static dev.ringfence.protocol.BlockVerdict.Kind.VIOLATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;
import java.math.BigInteger;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlockValidationTest {
    private static final BlockGeometry DISK = new BlockGeometry(2048, 512, false, true, true, 4096, 256);
    private static final BlockGeometry PLAIN = new BlockGeometry(2048, 4096, true, false, false, 0, 0);
    private static final BlockGeometry BIG_SECTORS = new BlockGeometry(2048, 4096, false, true, true, 4096, 32);
    private static final BlockGeometry TINY = new BlockGeometry(2, 1024, false, false, false, 0, 0);
    private static final BlockGeometry READ_ONLY = new BlockGeometry(2048, 512, true, true, true, 512, 256);

    private final SharedMemory memory = SharedMemory.create("test-blkif", SharedMemory.PAGE_BYTES);
    private final Window slot = memory.window();
    private final BlockRequest request = new BlockRequest();

    @AfterEach
    void unmap() {
        memory.close();
    }

    @Test
    void whatACorrectFrontEndSendsIsDone() {
        assertThat(direct(BlkifLayout.READ, 2040, 0, 7)).isEqualTo(BlockVerdict.OK);
        assertThat(direct(BlkifLayout.WRITE, 2047, 3, 3)).isEqualTo(BlockVerdict.OK);
        request.asFlush(0, 0);
        assertThat(BlockValidation.check(request, DISK)).isEqualTo(BlockVerdict.OK);
        assertThat(discard(0, 2048, DISK)).isEqualTo(BlockVerdict.OK);
        assertThat(discard(1, 3, DISK)).isEqualTo(BlockVerdict.OK);
        assertThat(indirect(BlkifLayout.READ, 256, DISK)).isEqualTo(BlockVerdict.OK);
        assertThat(BlockValidation.checkSegments(request, DISK)).isEqualTo(BlockVerdict.OK);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 7, 8, 127, 128, 255})
    void anUnknownOperationIsAnsweredUnsupported(int operation) {
        slot.putByte(0, (byte) operation);
        request.decode(slot, 0);
        BlockVerdict verdict = BlockValidation.check(request, DISK);
        assertThat(verdict).isEqualTo(BlockVerdict.UNKNOWN_OPERATION);
        assertThat(verdict.isViolation()).isFalse();
    }

    @Test
    void onlyWhatTheDiskCantIsAnsweredUnsupported() {
        for (BlockVerdict verdict : BlockVerdict.values()) {
            assertThat(verdict.status() == BlkifLayout.EOPNOTSUPP)
                    .isEqualTo(verdict.kind() == BlockVerdict.Kind.ANSWER_UNSUPPORTED);
        }
        assertThat(direct(BlkifLayout.WRITE_BARRIER, 0, 0, 7)).isEqualTo(BlockVerdict.BARRIER);
        request.asFlush(0, 0);
        assertThat(BlockValidation.check(request, PLAIN)).isEqualTo(BlockVerdict.FLUSH_UNSUPPORTED);
        assertThat(discard(0, 8, PLAIN)).isEqualTo(BlockVerdict.DISCARD_UNSUPPORTED);
        assertThat(indirect(BlkifLayout.READ, 1, PLAIN)).isEqualTo(BlockVerdict.INDIRECT_UNSUPPORTED);
        request.asDiscard(0, 0, 0, 8);
        request.encode(slot, 0);
        slot.putByte(1, (byte) 1);
        request.decode(slot, 0);
        assertThat(BlockValidation.check(request, DISK)).isEqualTo(BlockVerdict.DISCARD_FLAG_UNSUPPORTED);
    }

    @Test
    void whatIsOutOfReachIsAnsweredWithAnError() {
        assertThat(direct(BlkifLayout.READ, 2041, 0, 7)).isEqualTo(BlockVerdict.PAST_THE_END);
        assertThat(direct(BlkifLayout.READ, Long.MIN_VALUE, 0, 7)).isEqualTo(BlockVerdict.PAST_THE_END);
        assertThat(discard(2047, 2, DISK)).isEqualTo(BlockVerdict.PAST_THE_END);
        assertThat(discard(0, 0, DISK)).isEqualTo(BlockVerdict.EMPTY_DISCARD);
        assertThat(discard(0, 8, READ_ONLY)).isEqualTo(BlockVerdict.READ_ONLY);
        assertThat(indirect(BlkifLayout.WRITE, 3, READ_ONLY)).isEqualTo(BlockVerdict.READ_ONLY);
        request.asDirect(BlkifLayout.WRITE, 0, 0, 0);
        request.addSegment(8, 0, 7);
        assertThat(BlockValidation.check(request, PLAIN)).isEqualTo(BlockVerdict.READ_ONLY);
        assertThat(direct(BlkifLayout.FLUSH_DISKCACHE, 0, 0, 7)).isEqualTo(BlockVerdict.FLUSH_WITH_DATA);
    }

    @ParameterizedTest
    @CsvSource({"0, 12", "1, 12", "0, 255", "3, 12", "3, 255"})
    void moreDirectSegmentsThanElevenAreAViolation(int operation, int segments) {
        slot.putByte(0, (byte) operation);
        slot.putByte(1, (byte) segments);
        request.decode(slot, 0);
        assertThat(BlockValidation.check(request, DISK)).isEqualTo(BlockVerdict.TOO_MANY_SEGMENTS);
    }

    @ParameterizedTest
    @ValueSource(ints = {33, 257, 4096, 65535})
    void moreIndirectSegmentsThanAdvertisedAreAViolation(int segments) {
        request.asIndirect(BlkifLayout.READ, 0, 0, 0);
        request.encode(slot, 0);
        slot.putShort(2, (short) segments);
        request.decode(slot, 0);
        assertThat(BlockValidation.check(request, BIG_SECTORS)).isEqualTo(BlockVerdict.TOO_MANY_SEGMENTS);
    }

    @Test
    void nonsenseIsAViolation() {
        request.asDirect(BlkifLayout.READ, 0, 0, 0);
        assertThat(BlockValidation.check(request, DISK)).isEqualTo(BlockVerdict.NO_SEGMENTS);
        assertThat(indirect(BlkifLayout.WRITE, 0, DISK)).isEqualTo(BlockVerdict.NO_SEGMENTS);
        assertThat(indirect(BlkifLayout.INDIRECT, 1, DISK)).isEqualTo(BlockVerdict.NESTED_INDIRECT);
        assertThat(indirect(BlkifLayout.FLUSH_DISKCACHE, 1, DISK)).isEqualTo(BlockVerdict.INDIRECT_WITHOUT_TRANSFER);
        assertThat(indirect(BlkifLayout.DISCARD, 1, DISK)).isEqualTo(BlockVerdict.INDIRECT_WITHOUT_TRANSFER);
        assertThat(direct(BlkifLayout.READ, -1, 0, 7)).isEqualTo(BlockVerdict.SECTOR_OVERFLOW);
        assertThat(discard(8, -8, DISK)).isEqualTo(BlockVerdict.SECTOR_OVERFLOW);
        assertThat(discard(4, 8, BIG_SECTORS)).isEqualTo(BlockVerdict.MISALIGNED);
        assertThat(discard(8, 4, BIG_SECTORS)).isEqualTo(BlockVerdict.MISALIGNED);
    }

    /** All first and last sectors a byte can hold, at some sector numbers, against a second opinion. */
    @Test
    void everySegmentIsJudgedAsByAPlainReading() {
        for (BlockGeometry disk : List.of(DISK, BIG_SECTORS, TINY)) {
            for (long sector : new long[] {0, 1, 2, 2046, 2047, 2048, -1, -2, -8, Long.MAX_VALUE}) {
                for (int pair = 0; pair < 65536; pair++) {
                    int first = pair >> 8;
                    int last = pair & 0xff;
                    request.asDirect(BlkifLayout.READ, 0, 0, sector);
                    request.addSegment(8, first, last);
                    BlockVerdict verdict = BlockValidation.check(request, disk);
                    if (!agrees(verdict, disk, sector, first, last)) {
                        throw new AssertionError(
                                disk + " sector=" + sector + " first=" + first + " last=" + last + ": " + verdict);
                    }
                }
            }
        }
    }

    private static boolean agrees(BlockVerdict verdict, BlockGeometry disk, long sector, int first, int last) {
        int unit = disk.sectorBytes() / 512;
        if (first > last || last > 7 || first % unit != 0 || (last + 1) % unit != 0) {
            return verdict.kind() == VIOLATION;
        }
        BigInteger start = new BigInteger(Long.toUnsignedString(sector));
        BigInteger end = start.add(BigInteger.valueOf(last - first + 1));
        if (start.mod(BigInteger.valueOf(unit)).signum() != 0 || end.bitLength() > 64) {
            return verdict.kind() == VIOLATION;
        }
        boolean fits = end.compareTo(BigInteger.valueOf(disk.sectors())) <= 0;
        return verdict == (fits ? BlockVerdict.OK : BlockVerdict.PAST_THE_END);
    }

    @Test
    void randomBytesAreJudgedWithoutAnException() {
        long seed = System.nanoTime();
        System.out.println("seed=" + seed);
        Random random = new Random(seed);
        int done = 0;
        for (int i = 0; i < 200_000; i++) {
            for (int at = 0; at < BlkifLayout.REQUEST_BYTES; at += 8) {
                slot.putLong(at, sparse(random));
            }
            slot.putByte(0, (byte) random.nextInt(8));
            request.decode(slot, 0);
            BlockVerdict verdict = BlockValidation.check(request, DISK);
            if (verdict == BlockVerdict.OK && request.isIndirect()) {
                request.decodeIndirectSegments(slot, 0);
                verdict = BlockValidation.checkSegments(request, DISK);
            }
            done += verdict == BlockVerdict.OK ? 1 : 0;
        }
        assertThat(done).as("seed=%d", seed).isPositive();
    }

    /** Few bits set, so that some requests pass. */
    private static long sparse(Random random) {
        long bits = -1;
        for (int i = 0; i < 4; i++) {
            bits &= random.nextLong();
        }
        return bits;
    }

    @Test
    void impossibleGeometriesAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new BlockGeometry(8, 3, false, false, false, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new BlockGeometry(8, 8192, false, false, false, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new BlockGeometry(9, 4096, false, false, false, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new BlockGeometry(-8, 512, false, false, false, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new BlockGeometry(8, 512, false, false, false, 0, 257));
        assertThatIllegalArgumentException().isThrownBy(() -> new BlockGeometry(8, 512, false, false, true, 0, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BlockGeometry(Long.MAX_VALUE, 512, false, false, false, 0, 0));
    }

    private BlockVerdict direct(int operation, long sector, int first, int last) {
        request.asDirect(operation, 0, 0, sector);
        request.addSegment(8, first, last);
        return BlockValidation.check(request, DISK);
    }

    private BlockVerdict discard(long sector, long sectors, BlockGeometry disk) {
        request.asDiscard(0, 0, sector, sectors);
        return BlockValidation.check(request, disk);
    }

    private BlockVerdict indirect(int transfer, int segments, BlockGeometry disk) {
        request.asIndirect(transfer, 0, 0, 0);
        for (int i = 0; i < segments; i++) {
            request.addSegment(8, 0, 7);
        }
        return BlockValidation.check(request, disk);
    }
}
