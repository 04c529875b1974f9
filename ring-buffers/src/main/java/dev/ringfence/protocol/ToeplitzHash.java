// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.protocol;

import dev.ringfence.memory.Window;

/**
 * The Toeplitz hash, by which all packets of a flow take the same queue: receive side scaling as in Microsoft's specification,
 * which Xen's control ring and network cards follow. The hash of an input is the sum, without carry, of 32 bits of the key from
 * where each set bit of the input is. By table: one look for each byte. Any thread.
 */
public final class ToeplitzHash {
    /** Two IPv6 addresses and two ports. */
    public static final int MAX_INPUT_BYTES = 36;

    public static final int KEY_BYTES = MAX_INPUT_BYTES + 4;

    /** By place in the input, then by the byte found there. */
    private final int[] table = new int[MAX_INPUT_BYTES * 256];

    /** @param key {@value #KEY_BYTES} bytes */
    public ToeplitzHash(byte[] key) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("a key has 40 bytes: bytes=" + key.length);
        }
        for (int at = 0; at < MAX_INPUT_BYTES; at++) {
            for (int value = 0; value < 256; value++) {
                table[at * 256 + value] = ofByte(key, at, value);
            }
        }
    }

    private static int ofByte(byte[] key, int at, int value) {
        int hash = 0;
        for (int bit = 0; bit < 8; bit++) {
            if ((value & 0x80 >>> bit) != 0) {
                hash ^= bits(key, at * 8 + bit);
            }
        }
        return hash;
    }

    /** 32 bits of the key from a bit on, the first one highest. */
    private static int bits(byte[] key, int from) {
        long five = 0;
        for (int i = 0; i < 5; i++) {
            int at = from / 8 + i;
            five = five << 8 | (at < key.length ? key[at] & 0xff : 0);
        }
        return (int) (five >>> 8 - from % 8);
    }

    /** The hash of the input's next bytes, to be added by exclusive or to that of those before; {@code place} is their number. */
    public int of(Window source, long at, int bytes, int place) {
        int hash = 0;
        for (int i = 0; i < bytes; i++) {
            hash ^= table[(place + i) * 256 + (source.getByte(at + i) & 0xff)];
        }
        return hash;
    }
}
