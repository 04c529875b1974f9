// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;

/**
 * An Ethernet frame that tells which one it is, a TCP segment over IPv4 whose payload follows from its number, its size and its
 * way: what is left of it when it is torn, or lies where it does not belong, gives itself away.
 *
 * <pre>
 *   byte  0          14     34    54        58 .. bytes
 *         Ethernet   IPv4   TCP   number    derived from number, way and place
 * </pre>
 *
 * @param number of its way, from 0
 * @param bytes with the Ethernet header, 60 at least
 * @param segmentBytes payload of the segments that it is to be cut into; 0: it is not
 * @param checksumBlank the TCP checksum is left to whoever sends it last
 * @param toAll its destination is the broadcast address
 */
public record TaggedFrame(Way way, int number, int bytes, int segmentBytes, boolean checksumBlank, boolean toAll) {
    public static final int BYTES_MIN = 60;
    /** Of the guest; the first octet in bits 40 to 47. */
    public static final long GUEST = 0x020000000001L;
    /** The guest's IPv4 address. */
    public static final int GUEST_ADDRESS = 0x0a000001;
    /** Where the TCP header is, whose checksum may be blank, and where it ends. */
    public static final int TRANSPORT = 34;

    public static final int HEADERS = 54;
    /** Of the checksum, from {@link #TRANSPORT} on. */
    public static final int CHECKSUM_OFFSET = 16;

    private static final long WORLD = 0x020000000002L;
    private static final int WORLD_ADDRESS = 0x0a000002;
    private static final long ALL = 0xffff_ffff_ffffL;
    private static final int ETHERNET = 14;
    private static final int NUMBER = HEADERS;
    private static final int PAYLOAD = NUMBER + Integer.BYTES;
    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

    /** Which way a frame goes. */
    public enum Way {
        /** Out of the guest. */
        OUT,
        /** To the guest. */
        IN;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public TaggedFrame {
        if (bytes < BYTES_MIN || bytes > 0xffff || segmentBytes > 0 && !checksumBlank) {
            throw new IllegalArgumentException(
                    "bytes=" + bytes + " segmentBytes=" + segmentBytes + " checksumBlank=" + checksumBlank);
        }
    }

    /** All of its bytes. */
    public byte[] content() {
        ByteBuffer frame = ByteBuffer.allocate(bytes + Long.BYTES);
        boolean out = way == Way.OUT;
        address(frame, toAll ? ALL : out ? WORLD : GUEST);
        address(frame, out ? GUEST : WORLD);
        frame.putShort((short) 0x0800);
        frame.putInt(0x45000000 | bytes - ETHERNET).putInt(0x00004000).putInt(0x40060000);
        frame.putInt(out ? GUEST_ADDRESS : WORLD_ADDRESS).putInt(out ? WORLD_ADDRESS : GUEST_ADDRESS);
        frame.putInt(0x1f90c350).putInt(number).putInt(0).putInt(0x5010faf0).putInt(0);
        frame.putInt(number);
        frame.order(ByteOrder.LITTLE_ENDIAN);
        for (int at = PAYLOAD; at < bytes; at += Long.BYTES) {
            frame.putLong(at, derived(at));
        }
        byte[] content = new byte[bytes];
        frame.get(0, content);
        return content;
    }

    private static void address(ByteBuffer frame, long address) {
        frame.putShort((short) (address >>> 32)).putInt((int) address);
    }

    private long derived(int at) {
        long mixed = ((2L * number + way.ordinal()) * MULTIPLIER ^ bytes) * MULTIPLIER + at;
        return (mixed ^ mixed >>> 31) * MULTIPLIER | 1;
    }

    /** The number that bytes say they have; -1 where there is none. */
    public static int number(byte[] content) {
        return content.length < BYTES_MIN ? -1 : ByteBuffer.wrap(content).getInt(NUMBER);
    }
}
