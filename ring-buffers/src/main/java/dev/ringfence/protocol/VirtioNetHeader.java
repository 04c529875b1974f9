// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.protocol;

import dev.ringfence.memory.Window;

/**
 * What the kernel's TAP device wants to know of a frame, and tells: {@code struct virtio_net_hdr}, native byte order, which
 * is little-endian here.
 *
 * <pre>
 *   byte  0       1          2          4          6           8
 *         flags   gso_type   hdr_len:2  gso_size:2 csum_start:2 csum_offset:2      10 bytes
 * </pre>
 */
public final class VirtioNetHeader {
    public static final int BYTES = 10;

    private static final int NEEDS_CSUM = 1;
    private static final int DATA_VALID = 2;
    private static final int TCPV4 = 1;
    private static final int TCPV6 = 4;
    private static final int ECN = 0x80;

    private int flags;
    private int type;
    private int size;

    /** Reads what the kernel told. */
    public void decode(Window source, long at) {
        long word = source.getLong(at);
        flags = (int) word & 0xff;
        type = (int) (word >>> 8) & 0xff & ~ECN;
        size = (int) (word >>> 32) & 0xffff;
    }

    /** The transport checksum is still to be completed. */
    public boolean isChecksumBlank() {
        return (flags & NEEDS_CSUM) != 0;
    }

    public boolean isDataValidated() {
        return (flags & (DATA_VALID | NEEDS_CSUM)) != 0;
    }

    /** {@link NetifLayout#GSO_NONE} and so on, or -1 for a kind that netif has no word for and we never asked for. */
    public int gsoType() {
        return switch (type) {
            case 0 -> NetifLayout.GSO_NONE;
            case TCPV4 -> NetifLayout.GSO_TCPV4;
            case TCPV6 -> NetifLayout.GSO_TCPV6;
            default -> -1;
        };
    }

    public int gsoSize() {
        return size;
    }

    /**
     * Writes what the kernel must do with a frame.
     *
     * @param headers of the frame
     * @return false when it can't be told: what is to be completed is neither TCP nor UDP, or what is to be cut no TCP
     */
    public static boolean encode(
            Window destination, long at, FrameHeaders headers, boolean checksumBlank, int gsoType, int gsoSize) {
        if (!checksumBlank) {
            destination.putLong(at, 0);
            destination.putShort(at + 8, (short) 0);
            return gsoType == NetifLayout.GSO_NONE;
        }
        if (headers.transport() == FrameHeaders.NONE || !fits(headers, gsoType)) {
            return false;
        }
        boolean cut = gsoType != NetifLayout.GSO_NONE;
        int type = cut ? gsoType == NetifLayout.GSO_TCPV4 ? TCPV4 : TCPV6 : 0;
        long sizes = cut ? (long) headers.end() << 16 | (long) gsoSize << 32 : 0;
        destination.putLong(at, NEEDS_CSUM | type << 8 | sizes | (long) headers.transport() << 48);
        destination.putShort(at + 8, (short) headers.checksumOffset());
        return true;
    }

    private static boolean fits(FrameHeaders headers, int gsoType) {
        return switch (gsoType) {
            case NetifLayout.GSO_NONE -> true;
            case NetifLayout.GSO_TCPV4 ->
                headers.protocol() == FrameHeaders.TCP && headers.etherType() == FrameHeaders.IPV4;
            default -> headers.protocol() == FrameHeaders.TCP && headers.etherType() == FrameHeaders.IPV6;
        };
    }
}
