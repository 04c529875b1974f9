// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.protocol;

import dev.ringfence.memory.Window;

/**
 * Does what was left to the wire: completes a blank checksum, and cuts a large TCP segment into frames. For peers that do
 * neither.
 *
 * <pre>
 *   if (segmenter.begin(frame, at, bytes, checksumBlank, gsoType, gsoSize))
 *       while ((length = segmenter.next(out, 0)) > 0) ...
 * </pre>
 *
 * <p>The frame must be in private memory: it is read several times. Reusable, allocates nothing.
 */
public final class Segmenter {
    private static final int FIN_PSH = 0x09;
    private static final int CWR = 0x80;
    private static final int IPV6_HEADER = 40;
    private static final int IPV6_ADDRESSES = 8;
    private static final int IPV4_ADDRESSES = 12;
    private static final int TCP_FLAGS = 13;

    private final FrameHeaders headers = new FrameHeaders();
    private Window frame;
    private long start;
    private int end;
    private boolean checksum;
    private boolean cut;
    private int size;
    private int from;
    private int number;

    /**
     * Looks at a frame.
     *
     * @param gsoSize of the pieces, without headers; of no meaning when {@code gsoType} is {@link NetifLayout#GSO_NONE}
     * @return false: it can't be done, as what is blank or to be cut is not what the headers say
     */
    public boolean begin(Window source, long at, int bytes, boolean checksumBlank, int gsoType, int gsoSize) {
        frame = source;
        start = at;
        headers.decode(source, at, Math.min(bytes, FrameHeaders.MAX_BYTES));
        cut = gsoType != NetifLayout.GSO_NONE;
        checksum = checksumBlank || cut;
        end = checksum ? Math.min(bytes, networkEnd()) : bytes;
        size = cut ? gsoSize : Integer.MAX_VALUE;
        from = cut ? headers.end() : 0;
        number = 0;
        boolean understood = headers.transport() != FrameHeaders.NONE && headers.end() <= end;
        boolean matching = !cut
                || gsoSize > 0
                        && headers.protocol() == FrameHeaders.TCP
                        && (gsoType == NetifLayout.GSO_TCPV4) == isIpv4();
        return !checksum || understood && matching;
    }

    private boolean isIpv4() {
        return headers.etherType() == FrameHeaders.IPV4;
    }

    /** Frames may be padded. */
    private int networkEnd() {
        int network = headers.network();
        if (headers.transport() == FrameHeaders.NONE) {
            return network;
        }
        // Of a segment too large for the field the kernel may say 0.
        int length = be16(network + (isIpv4() ? 2 : 4));
        return length == 0 ? Integer.MAX_VALUE : network + length + (isIpv4() ? 0 : IPV6_HEADER);
    }

    /** Writes the next frame; its length, or 0 when there is none left. */
    public int next(Window out, long at) {
        if (from >= end && (number > 0 || cut && headers.end() < end)) {
            return 0;
        }
        int head = cut ? headers.end() : 0;
        int payload = Math.min(size, end - from);
        frame.copyTo(start, out, at, head);
        frame.copyTo(start + from, out, at + head, payload);
        int length = head + payload;
        boolean last = from + payload == end;
        if (cut) {
            adjust(out, at, length, last);
        }
        if (checksum) {
            complete(out, at, length);
        }
        from += payload;
        number++;
        return length;
    }

    private void adjust(Window out, long at, int length, boolean last) {
        long network = at + headers.network();
        long transport = at + headers.transport();
        if (isIpv4()) {
            putBe16(out, network + 2, length - headers.network());
            putBe16(out, network + 4, be16(headers.network() + 4) + number);
            putBe16(out, network + 10, 0);
            int header = headers.transport() - headers.network();
            putBe16(out, network + 10, InternetChecksum.of(InternetChecksum.add(out, network, header, 0)));
        } else {
            putBe16(out, network + 4, length - headers.network() - IPV6_HEADER);
        }
        int sequence = Integer.reverseBytes(out.getInt(transport + 4)) + from - headers.end();
        out.putInt(transport + 4, Integer.reverseBytes(sequence));
        int flags = out.getByte(transport + TCP_FLAGS);
        flags &= last ? ~0 : ~FIN_PSH;
        flags &= number == 0 ? ~0 : ~CWR;
        out.putByte(transport + TCP_FLAGS, (byte) flags);
    }

    private void complete(Window out, long at, int length) {
        long transport = at + headers.transport();
        int bytes = length - headers.transport();
        int field = headers.checksumOffset();
        putBe16(out, transport + field, 0);
        int addresses = headers.network() + (isIpv4() ? IPV4_ADDRESSES : IPV6_ADDRESSES);
        long pseudo = InternetChecksum.add(out, at + addresses, isIpv4() ? 8 : 32, headers.protocol() + (long) bytes);
        int sum = InternetChecksum.of(InternetChecksum.add(out, transport, bytes, pseudo));
        // 0 would say that there is none (RFC 768).
        putBe16(out, transport + field, sum == 0 && headers.protocol() == FrameHeaders.UDP ? 0xffff : sum);
    }

    private int be16(int at) {
        return (frame.getByte(start + at) & 0xff) << 8 | (frame.getByte(start + at + 1) & 0xff);
    }

    private static void putBe16(Window out, long at, int value) {
        out.putShort(at, Short.reverseBytes((short) value));
    }
}
