// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.protocol;

import dev.ringfence.memory.Window;

/**
 * What stands before an Ethernet frame in a UDP datagram of a tunnel (RFC 7348): 8 bytes, big-endian.
 *
 * <pre>
 *   byte  0 flags: 8, the network's number is valid   1 zero:3   4 number of the network:3   7 zero
 * </pre>
 */
public final class VxlanHeader {
    public static final int BYTES = 8;
    public static final int NETWORK_MAX = 0xff_ffff;
    /** Where such datagrams are sent to, by IANA's list. */
    public static final int PORT = 4789;

    private static final int VALID = 8;

    private VxlanHeader() {}

    public static void encode(Window destination, long at, int network) {
        destination.putLong(at, VALID | (long) Integer.reverseBytes(network << 8) << 32);
    }

    /** The network's number; -1 when it is not said. */
    public static int network(Window source, long at) {
        if ((source.getByte(at) & VALID) == 0) {
            return -1;
        }
        return Integer.reverseBytes(source.getInt(at + 4)) >>> 8;
    }
}
