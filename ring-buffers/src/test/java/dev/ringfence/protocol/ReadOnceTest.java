// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

import dev.ringfence.memory.Window;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.invocation.InvocationOnMock;

/** That no byte of shared memory is looked at twice: a peer may change it between the two looks. */
class ReadOnceTest {
    private static final Map<String, Integer> WIDTHS = Map.of("getByte", 1, "getShort", 2, "getInt", 4, "getLong", 8);

    private final int[] reads = new int[4096];
    private final Random content = new Random(1);
    private int operation;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 255})
    void aRequest(int operation) {
        this.operation = operation;
        BlockRequest request = new BlockRequest();
        request.decode(window(), 0);
        assertThat(request.operation()).isEqualTo(operation);
        assertThat(reads).doesNotContain(2);
        for (int i = BlkifLayout.REQUEST_BYTES; i < reads.length; i++) {
            assertThat(reads[i]).isZero();
        }
    }

    @Test
    void aPageOfIndirectSegments() {
        BlockRequest request = new BlockRequest();
        request.asIndirect(BlkifLayout.READ, 0, 0, 0);
        for (int i = 0; i < BlkifLayout.MAX_INDIRECT_SEGMENTS; i++) {
            request.addSegment(0, 0, 0);
        }
        request.decodeIndirectSegments(window(), 0);
        assertThat(reads).doesNotContain(2);
        assertThat(reads[256 * 8 - 1]).isEqualTo(1);
        assertThat(reads[256 * 8]).isZero();
    }

    @Test
    void aResponse() {
        new BlockResponse().decode(window(), 0);
        assertThat(reads).doesNotContain(2);
        assertThat(reads[0]).isEqualTo(1);
    }

    @Test
    void aTransmitRequest() {
        new TxRequest().decode(window(), 0);
        readOnce(NetifLayout.TX_REQUEST_BYTES);
    }

    @Test
    void aTransmitResponse() {
        new TxResponse().decode(window(), 0);
        readOnce(NetifLayout.TX_RESPONSE_BYTES);
    }

    @Test
    void aReceiveRequest() {
        new RxRequest().decode(window(), 0);
        readOnce(NetifLayout.RX_REQUEST_BYTES);
    }

    @Test
    void aReceiveResponse() {
        new RxResponse().decode(window(), 0);
        readOnce(NetifLayout.RX_RESPONSE_BYTES);
    }

    @Test
    void anExtraInfo() {
        new ExtraInfo().decode(window(), 0);
        readOnce(NetifLayout.EXTRA_BYTES);
    }

    private void readOnce(int bytes) {
        assertThat(reads).doesNotContain(2);
        assertThat(reads[bytes - 1]).isEqualTo(1);
        assertThat(reads[bytes]).isZero();
    }

    private Window window() {
        return mock(Window.class, this::read);
    }

    private Object read(InvocationOnMock call) {
        String name = call.getMethod().getName();
        int width = WIDTHS.get(name);
        int offset = Math.toIntExact(call.<Long>getArgument(0));
        for (int i = 0; i < width; i++) {
            reads[offset + i]++;
        }
        long value = offset == 0 && width == 1 ? operation : content.nextLong();
        switch (name) {
            case "getByte":
                return (byte) value;
            case "getShort":
                return (short) value;
            case "getInt":
                return (int) value;
            default:
                return value;
        }
    }
}
