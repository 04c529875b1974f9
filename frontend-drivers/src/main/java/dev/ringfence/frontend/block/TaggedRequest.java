// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

/** A request in flight as {@link SectorTags} remembers it; used again for the next one when it has ended. */
public final class TaggedRequest {
    long sector;
    long count;
    /** Of a write or discard: which one it is, of all that the disk has seen. */
    long generation;
    /** Of a read: what was submitted before this generation had its answer when the read was submitted. */
    long since;
    /** No unfinished write has met this one on any sector. */
    boolean alone;

    boolean forgets;
    /** Writes and discards that are not answered, in the order of their generations. */
    TaggedRequest older;

    TaggedRequest younger;

    void covers(long from, long sectors) {
        sector = from;
        count = sectors;
    }

    boolean meets(TaggedRequest other) {
        return sector < other.sector + other.count && other.sector < sector + count;
    }
}
