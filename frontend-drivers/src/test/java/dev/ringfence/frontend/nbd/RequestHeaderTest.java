// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class RequestHeaderTest {
    private static final byte[] GOLDEN =
            RawClient.hex("25609513 0001 0006 fedcba9876543210 8000000000000200 ffffff00 aabb");

    private final RequestHeader header = new RequestHeader();

    @Test
    void decodesTheFieldsOfARequest() {
        ByteBuf in = Unpooled.wrappedBuffer(GOLDEN);

        assertThat(header.read(in)).isTrue();

        expectGolden();
        assertThat(in.readableBytes()).as("what follows the head").isEqualTo(2);
    }

    @Test
    void decodesARequestSplitAnywhere() {
        for (int split = 1; split < Nbd.REQUEST_BYTES; split++) {
            ByteBuf rest = Unpooled.wrappedBuffer(GOLDEN, split, GOLDEN.length - split);

            assertThat(header.read(Unpooled.wrappedBuffer(GOLDEN, 0, split))).isFalse();
            assertThat(header.read(rest)).isTrue();

            expectGolden();
            assertThat(rest.readableBytes()).isEqualTo(2);
        }
    }

    @Test
    void decodesARequestThatComesByteByByte() {
        for (int i = 0; i < Nbd.REQUEST_BYTES - 1; i++) {
            assertThat(header.read(Unpooled.wrappedBuffer(GOLDEN, i, 1))).isFalse();
        }
        assertThat(header.read(Unpooled.wrappedBuffer(GOLDEN, Nbd.REQUEST_BYTES - 1, 1)))
                .isTrue();
        expectGolden();
    }

    private void expectGolden() {
        assertThat(header.magic).isEqualTo(0x25609513);
        assertThat(header.flags).isEqualTo(Nbd.CMD_FLAG_FUA);
        assertThat(header.type).isEqualTo(Nbd.CMD_WRITE_ZEROES);
        assertThat(header.cookie).isEqualTo(0xfedcba9876543210L);
        assertThat(header.offset).isEqualTo(0x8000000000000200L);
        assertThat(header.length).isEqualTo(0xffffff00L);
    }
}
