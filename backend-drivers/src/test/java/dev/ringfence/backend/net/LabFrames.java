// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import java.util.Arrays;
import java.util.HexFormat;

/** Frames that can be told from each other, and from what is left of them when they are torn. */
final class LabFrames {
    static final int HEADER_BYTES = 10;

    private static final byte[] TCP4 = HexFormat.of()
            .parseHex("020000000001" + "020000000002" + "0800" + "4500003c0000400040060000" + "0a0000010a000002"
                    + "1f90c350" + "0000000000000000" + "5010" + "faf0" + "00000000");
    private static final int NUMBER_AT = TCP4.length;

    /** A TCP segment, its number behind the headers; at least 58 bytes. */
    static byte[] frame(int number, int length) {
        byte[] frame = new byte[length];
        for (int i = 0; i < length; i++) {
            frame[i] = (byte) (i * 31 + (i >> 8) * 7 + number * 101);
        }
        System.arraycopy(TCP4, 0, frame, 0, TCP4.length);
        for (int i = 0; i < 4; i++) {
            frame[NUMBER_AT + i] = (byte) (number >>> 8 * i);
        }
        return frame;
    }

    /** The number of a frame, or -1 when it is none of ours, or not whole. */
    static int number(byte[] frame, int from) {
        if (frame.length - from < NUMBER_AT + 4) {
            return -1;
        }
        int number = 0;
        for (int i = 0; i < 4; i++) {
            number |= (frame[from + NUMBER_AT + i] & 0xff) << 8 * i;
        }
        byte[] whole = frame(number, frame.length - from);
        return Arrays.equals(frame, from, frame.length, whole, 0, whole.length) ? number : -1;
    }

    /** As the kernel hands it over: with a header, which says how it is to be cut. */
    static byte[] arriving(int number, int length, int gsoSize) {
        byte[] all = new byte[HEADER_BYTES + length];
        System.arraycopy(frame(number, length), 0, all, HEADER_BYTES, length);
        if (gsoSize > 0) {
            all[0] = 1;
            all[1] = 1;
            all[4] = (byte) gsoSize;
            all[5] = (byte) (gsoSize >> 8);
        }
        return all;
    }

    private LabFrames() {}
}
