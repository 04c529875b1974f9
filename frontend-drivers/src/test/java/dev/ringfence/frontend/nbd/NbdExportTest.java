// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ringfence.frontend.block.DiskInfo;
import org.junit.jupiter.api.Test;

class NbdExportTest {
    private static final long BYTES = 1 << 20;

    private final NbdExport writable =
            new NbdExport("vol0", new DiskInfo(BYTES, 512, false, true, true, 4096, 1 << 20));
    private final NbdExport readOnly = new NbdExport("vol0", new DiskInfo(BYTES, 512, true, true, true, 4096, 1 << 20));
    private final NbdExport plain = new NbdExport("vol0", new DiskInfo(BYTES, 4096, false, false, false, 0, 45056));

    @Test
    void offersWhatTheDiskCanDo() {
        assertThat(writable.transmissionFlags()).isEqualTo(0b1001_0110_1101);
        assertThat(readOnly.transmissionFlags()).isEqualTo(0b0001_0000_1111);
        assertThat(plain.transmissionFlags()).isEqualTo(0b1001_0100_0001);
    }

    @Test
    void answersToItsNameAndToNone() {
        assertThat(writable.answersTo("vol0")).isTrue();
        assertThat(writable.answersTo("")).isTrue();
        assertThat(writable.answersTo("vol1")).isFalse();
    }

    @Test
    void refusesANameTheProtocolCannotCarry() {
        assertThatIllegalArgumentException().isThrownBy(() -> NbdExport.checkName("a\0b"));
        assertThatIllegalArgumentException().isThrownBy(() -> NbdExport.checkName("\u00e9".repeat(2049)));
    }

    @Test
    void acceptsRequestsUpToTheLastSector() {
        assertThat(check(writable, 0, Nbd.CMD_READ, 0, BYTES)).isNull();
        assertThat(check(writable, 0, Nbd.CMD_WRITE, BYTES - 512, 512)).isNull();
        assertThat(check(writable, 0, Nbd.CMD_READ, BYTES, 0)).isNull();
        assertThat(check(writable, 0, Nbd.CMD_FLUSH, 0, 0)).isNull();
        assertThat(check(writable, Nbd.CMD_FLAG_NO_HOLE, Nbd.CMD_WRITE_ZEROES, 0, BYTES))
                .isNull();
        assertThat(check(writable, Nbd.CMD_FLAG_REQ_ONE, Nbd.CMD_BLOCK_STATUS, 0, BYTES))
                .isNull();
    }

    @Test
    void refusesWhatLiesBeyondTheEnd() {
        assertThat(check(writable, 0, Nbd.CMD_READ, BYTES, 512)).isEqualTo(NbdError.OUT_OF_RANGE);
        assertThat(check(writable, 0, Nbd.CMD_TRIM, BYTES - 512, 1024)).isEqualTo(NbdError.OUT_OF_RANGE);
        assertThat(check(writable, 0, Nbd.CMD_WRITE, BYTES, 512)).isEqualTo(NbdError.NO_SPACE);
        assertThat(check(writable, 0, Nbd.CMD_WRITE_ZEROES, 512, BYTES)).isEqualTo(NbdError.NO_SPACE);
        assertThat(check(writable, 0, Nbd.CMD_READ, -512, 512)).isEqualTo(NbdError.OUT_OF_RANGE);
        assertThat(check(writable, 0, Nbd.CMD_WRITE, Long.MAX_VALUE - 511, 512)).isEqualTo(NbdError.NO_SPACE);
    }

    @Test
    void refusesWhatIsNotAligned() {
        assertThat(check(writable, 0, Nbd.CMD_READ, 1, 512)).isEqualTo(NbdError.UNALIGNED);
        assertThat(check(writable, 0, Nbd.CMD_WRITE, 0, 100)).isEqualTo(NbdError.UNALIGNED);
        assertThat(check(plain, 0, Nbd.CMD_READ, 512, 4096)).isEqualTo(NbdError.UNALIGNED);
    }

    @Test
    void refusesToChangeAReadOnlyDisk() {
        assertThat(check(readOnly, 0, Nbd.CMD_WRITE, 0, 512)).isEqualTo(NbdError.READ_ONLY);
        assertThat(check(readOnly, 0, Nbd.CMD_TRIM, 0, 512)).isEqualTo(NbdError.READ_ONLY);
        assertThat(check(readOnly, 0, Nbd.CMD_WRITE_ZEROES, 0, 512)).isEqualTo(NbdError.READ_ONLY);
        assertThat(check(readOnly, 0, Nbd.CMD_READ, 0, 512)).isNull();
    }

    @Test
    void refusesCommandsAndFlagsItDidNotOffer() {
        assertThat(check(plain, 0, Nbd.CMD_FLUSH, 0, 0)).isEqualTo(NbdError.UNKNOWN_COMMAND);
        assertThat(check(plain, 0, Nbd.CMD_TRIM, 0, 4096)).isEqualTo(NbdError.UNKNOWN_COMMAND);
        assertThat(check(plain, Nbd.CMD_FLAG_FUA, Nbd.CMD_WRITE, 0, 4096)).isEqualTo(NbdError.UNKNOWN_FLAG);
        assertThat(check(writable, 1 << 2, Nbd.CMD_READ, 0, 512)).isEqualTo(NbdError.UNKNOWN_FLAG);
        assertThat(check(writable, 0, 5, 0, 512)).isEqualTo(NbdError.UNKNOWN_COMMAND);
        assertThat(check(writable, 0, 0xffff, 0, 512)).isEqualTo(NbdError.UNKNOWN_COMMAND);
    }

    @Test
    void saysAtOnceThatZeroingIsNotFast() {
        assertThat(check(writable, Nbd.CMD_FLAG_FAST_ZERO, Nbd.CMD_WRITE_ZEROES, 0, 512))
                .isEqualTo(NbdError.NOT_FAST);
    }

    @Test
    void refusesABlockStatusNobodyNegotiated() {
        RequestHeader request = request(0, Nbd.CMD_BLOCK_STATUS, 0, 512);
        assertThat(writable.check(request, true, false)).isEqualTo(NbdError.NO_CONTEXT);
    }

    @Test
    void refusesAReadLongerThanItsPayloadMayBe() {
        NbdExport large = new NbdExport("vol0", new DiskInfo(1L << 40, 512, false, true, true, 4096, 1 << 20));
        RequestHeader request = request(0, Nbd.CMD_READ, 0, Nbd.MAX_PAYLOAD_BYTES + 512);
        assertThat(large.check(request, true, true)).isEqualTo(NbdError.TOO_LONG);
        assertThat(large.check(request, false, true)).isEqualTo(NbdError.INVALID_LENGTH);
        assertThat(check(large, 0, Nbd.CMD_WRITE_ZEROES, 0, 0xffff_fe00L)).isNull();
    }

    private static NbdError check(NbdExport export, int flags, int type, long offset, long length) {
        return export.check(request(flags, type, offset, length), true, true);
    }

    private static RequestHeader request(int flags, int type, long offset, long length) {
        RequestHeader header = new RequestHeader();
        header.flags = flags;
        header.type = type;
        header.offset = offset;
        header.length = length;
        return header;
    }
}
