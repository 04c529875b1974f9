// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import java.util.Collections;
import java.util.List;

/**
 * What a guest and the world have for each other at one time.
 *
 * @param posted receive buffers that the guest adds
 * @param late it does so only when a driver has fetched the first frame
 * @param out what the guest sends
 * @param in what the world sends
 */
record Exchange(int posted, boolean late, List<Out> out, List<In> in) {
    private static final int SMALL = 60;
    private static final int SEGMENT_BYTES = 1448;
    private static final int PAGE_BYTES = 4096;

    /**
     * Both rings pass 2^32 and their slots their end in the middle of a packet; there are packets of several slots, extra infos, blank
     * checksums, a frame to all, one whose buffers come late.
     */
    static final List<Exchange> MIXED = List.of(
            new Exchange(
                    5,
                    false,
                    List.of(Out.plain(SMALL), Out.blank(100), Out.inPieces(1514, 3)),
                    List.of(In.plain(SMALL), In.toAll(1514))),
            new Exchange(
                    18,
                    true,
                    List.of(Out.segment(9000), Out.plain(61)),
                    List.of(In.segment(9000), In.blank(70), In.plain(SMALL))));

    /** What a successor has to do. */
    static final Exchange LAST =
            new Exchange(0, false, List.of(Out.plain(62), Out.segment(5000)), List.of(In.plain(62), In.segment(3000)));

    /** A frame of the smallest kind for each of so many buffers. */
    static Exchange filling(int buffers) {
        return new Exchange(0, false, List.of(), Collections.nCopies(buffers, In.plain(SMALL)));
    }

    /** @param pieces slots of the ring with data */
    record Out(int bytes, int segmentBytes, boolean checksumBlank, int pieces) {
        private static Out plain(int bytes) {
            return new Out(bytes, 0, false, 1);
        }

        private static Out inPieces(int bytes, int pieces) {
            return new Out(bytes, 0, false, pieces);
        }

        private static Out blank(int bytes) {
            return new Out(bytes, 0, true, 1);
        }

        /** What is to be cut. */
        private static Out segment(int bytes) {
            return new Out(bytes, SEGMENT_BYTES, true, (bytes + PAGE_BYTES - 1) / PAGE_BYTES);
        }
    }

    /** @param toAll by broadcast */
    record In(int bytes, int segmentBytes, boolean checksumBlank, boolean toAll) {
        private static In plain(int bytes) {
            return new In(bytes, 0, false, false);
        }

        private static In blank(int bytes) {
            return new In(bytes, 0, true, false);
        }

        private static In toAll(int bytes) {
            return new In(bytes, 0, false, true);
        }

        private static In segment(int bytes) {
            return new In(bytes, SEGMENT_BYTES, true, false);
        }
    }
}
