// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.net;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * What a NIC is, and what its driver takes over from the guest's network stack.
 *
 * @param address its Ethernet address, the first octet in bits 40 to 47
 * @param mtu bytes behind the Ethernet header, at most, of a frame that is not to be cut
 * @param scatter a frame may be larger than a page
 * @param gsoV4 TCP segments over IPv4 may be left to be cut
 * @param gsoV6 the same over IPv6
 */
public record NicInfo(long address, int mtu, boolean scatter, boolean gsoV4, boolean gsoV6) {
    /** The address as people write it. */
    public String addressText() {
        byte[] bytes = ByteBuffer.allocate(Long.BYTES).putLong(address).array();
        return HexFormat.ofDelimiter(":").formatHex(bytes, 2, Long.BYTES);
    }
}
