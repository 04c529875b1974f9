// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.memory.IoVector;
import dev.ringfence.protocol.FrameHeaders;

/** Where a switch puts frames for whoever is behind one of its ports. Any thread; never waits, allocates nothing. */
interface Egress {
    /**
     * @param frame with its header first
     * @param headers of the frame, from memory that nobody else writes
     * @param segmented whoever gets it, or whoever is behind that, will cut it
     * @return false: nobody is there. What somebody is not given, because of its size or for want of room, is counted there
     */
    boolean put(IoVector frame, FrameHeaders headers, boolean segmented);
}
