// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;

/**
 * What each sector of a disk must hold, kept on the guest's side of the ring: a driver that returns anything else is caught, be it
 * that it damages, misplaces or forgets data.
 *
 * <pre>
 *   one word of 8 bytes a sector, outside the heap, there once the sector is used
 *     CRC32C of its last write (32) | generation (29) | known, open, contested
 * </pre>
 *
 * <p>The generation counts the writes and discards of the disk in the order of their submission. A sector never written is
 * unknown, and takes the first value that a read finds in it; so does a discarded one, unless discards leave zeroes. While a
 * write is not answered, its sectors are open: they hold its value or an earlier one. Sectors that two writes met on, or that
 * a write failed on, are contested until the next read that no write is near, or the next write: any of the values will do.
 * {@link WriteLog} has the earlier values; where it has forgotten them, any value will do.
 *
 * <p>Any thread, one at a time in here; checksums are made outside, by {@link SectorSums}. Allocates nothing per request.
 */
public final class SectorTags implements AutoCloseable {
    private static final int WORD_BYTES = 8;
    private static final long KNOWN = 1;
    private static final long OPEN = 2;
    private static final long CONTESTED = 4;
    private static final long FLAGS = KNOWN | OPEN | CONTESTED;
    private static final int FLAG_BITS = 3;
    private static final int GENERATION_BITS = 29;
    private static final long GENERATION_MASK = (1L << GENERATION_BITS) - 1;

    private final SharedMemory memory;
    private final Window words;
    private final int zeroes;
    private final boolean discardsToZeroes;
    private final WriteLog log = new WriteLog();
    private TaggedRequest oldest;
    private TaggedRequest youngest;
    private long generation;
    private long lastForgetting;
    private int forgetting;

    /**
     * @param sectors of the disk
     * @param sectorBytes of each
     * @param discardsToZeroes a discarded sector reads as zeroes, and as nothing else
     */
    public SectorTags(long sectors, int sectorBytes, boolean discardsToZeroes) {
        long page = SharedMemory.PAGE_BYTES;
        this.memory = SharedMemory.create("ringfence-tags", (sectors * WORD_BYTES + page - 1) / page * page);
        this.words = memory.window(0, sectors * WORD_BYTES).unwatched();
        this.zeroes = new SectorSums(sectorBytes, 1).of(java.nio.ByteBuffer.allocate(sectorBytes), 0, 1)[0];
        this.discardsToZeroes = discardsToZeroes;
    }

    /** Sectors that hold these values for sure, before any request. */
    public synchronized void hold(long sector, int count, int[] sums) {
        for (int i = 0; i < count; i++) {
            words.putLong(at(sector + i), word(sums[i], generation, KNOWN));
        }
    }

    /** A read is about to be submitted. */
    public synchronized void reading(TaggedRequest request, long sector, int count) {
        request.covers(sector, count);
        request.since = oldest == null ? generation + 1 : oldest.generation;
    }

    /** A write of these sectors is about to be submitted; {@link #ended} comes later. */
    public synchronized void writing(TaggedRequest request, long sector, int count, int[] sums) {
        boolean contested = begin(request, sector, count);
        for (int i = 0; i < count; i++) {
            replace(request, sector + i, sums[i], contested);
        }
    }

    /** A discard is about to be submitted; {@link #ended} comes later. */
    public synchronized void discarding(TaggedRequest request, long sector, long count) {
        boolean contested = begin(request, sector, count);
        request.forgets = !discardsToZeroes;
        if (request.forgets) {
            forgetting++;
            lastForgetting = generation;
        }
        for (long i = sector; i < sector + count; i++) {
            if (discardsToZeroes) {
                replace(request, i, zeroes, contested);
            } else if (words.getLong(at(i)) != 0) {
                forget(request, i);
            }
        }
    }

    /** What was never written stays untouched: its memory is not there yet, and need not be. */
    private void forget(TaggedRequest request, long sector) {
        // A write that is under way may be done after the next one, so the next one must find a trace of it.
        boolean open = (words.getLong(at(sector)) & OPEN) != 0;
        words.putLong(at(sector), open ? word(0, request.generation, OPEN | CONTESTED) : 0);
    }

    /** True when a discard that is under way may undo it. */
    private boolean begin(TaggedRequest request, long sector, long count) {
        request.covers(sector, count);
        request.generation = ++generation;
        request.alone = true;
        request.forgets = false;
        boolean contested = forgetting > 0 && findRivals(request);
        request.older = youngest;
        request.younger = null;
        if (youngest == null) {
            oldest = request;
        } else {
            youngest.younger = request;
        }
        youngest = request;
        return contested;
    }

    private void replace(TaggedRequest request, long sector, int sum, boolean contested) {
        long old = words.getLong(at(sector));
        boolean unsettled = contested || (old & (OPEN | CONTESTED)) != 0;
        if (unsettled && request.alone) {
            findRivals(request);
        }
        log.add(sector, sum(old), (old & KNOWN) != 0, unsettled, request.generation);
        words.putLong(at(sector), word(sum, request.generation, KNOWN | OPEN | (unsettled ? CONTESTED : 0)));
    }

    private boolean findRivals(TaggedRequest request) {
        boolean found = false;
        for (TaggedRequest other = oldest; other != null; other = other.younger) {
            if (other != request && other.meets(request)) {
                other.alone = false;
                request.alone = false;
                found = true;
            }
        }
        return found;
    }

    /** A write or discard has its answer; {@code done} is false when it failed, and may have been done in part. */
    public synchronized void ended(TaggedRequest request, boolean done) {
        unlink(request);
        if (request.forgets) {
            forgetting--;
            return;
        }
        if (!done) {
            log.unsettle(request.generation);
        }
        long mine = request.generation & GENERATION_MASK;
        for (long sector = request.sector; sector < request.sector + request.count; sector++) {
            long word = words.getLong(at(sector));
            if (generation(word) == mine && (word & OPEN) != 0) {
                words.putLong(at(sector), settled(word, request, done));
            }
        }
    }

    private static long settled(long word, TaggedRequest request, boolean done) {
        if (!done) {
            return request.alone ? word & ~OPEN | CONTESTED : word | CONTESTED;
        }
        if (request.alone) {
            return word & ~(OPEN | CONTESTED);
        }
        return (word & CONTESTED) == 0 ? word & ~OPEN : word;
    }

    private void unlink(TaggedRequest request) {
        if (request.older == null) {
            oldest = request.younger;
        } else {
            request.older.younger = request.younger;
        }
        if (request.younger == null) {
            youngest = request.older;
        } else {
            request.younger.older = request.older;
        }
        request.older = null;
        request.younger = null;
    }

    /**
     * Holds what a read has brought against what it may bring. When all is right, unknown and contested sectors take the values
     * read.
     *
     * @return the first sector that is wrong, or -1
     */
    public synchronized long check(TaggedRequest read, int[] sums) {
        boolean learns = false;
        for (int i = 0; i < read.count; i++) {
            long sector = read.sector + i;
            long word = words.getLong(at(sector));
            boolean known = (word & KNOWN) != 0;
            if (known && sum(word) != sums[i] && !log.allows(sector, sums[i], read.since, (word & CONTESTED) != 0)) {
                return sector;
            }
            learns |= !known || (word & CONTESTED) != 0;
        }
        if (learns) {
            learn(read, sums);
        }
        return -1;
    }

    private void learn(TaggedRequest read, int[] sums) {
        if (forgetting > 0 || lastForgetting >= read.since) {
            return;
        }
        for (int i = 0; i < read.count; i++) {
            long sector = read.sector + i;
            long word = words.getLong(at(sector));
            boolean sure = (word & (KNOWN | CONTESTED)) == KNOWN;
            if (!sure && (word == 0 || isBefore(generation(word), read.since))) {
                if (word != 0 || lastForgetting > 0) {
                    // Older reads that are under way may bring what was there before.
                    log.add(sector, sum(word), (word & KNOWN) != 0, true, generation);
                }
                words.putLong(at(sector), word(sums[i], generation(word), KNOWN));
            }
        }
    }

    /** The sector's last write had its answer before the read was submitted, and no other has come since. */
    private static boolean isBefore(long generation, long since) {
        long distance = since - generation & GENERATION_MASK;
        // A generation from so long ago that the count has come round looks new: then the read teaches nothing.
        return distance != 0 && distance <= GENERATION_MASK >>> 1;
    }

    private static long at(long sector) {
        return sector * WORD_BYTES;
    }

    private static long word(int sum, long generation, long flags) {
        return (long) sum << GENERATION_BITS + FLAG_BITS | (generation & GENERATION_MASK) << FLAG_BITS | flags & FLAGS;
    }

    private static int sum(long word) {
        return (int) (word >>> GENERATION_BITS + FLAG_BITS);
    }

    private static long generation(long word) {
        return word >>> FLAG_BITS & GENERATION_MASK;
    }

    @Override
    public void close() {
        memory.close();
    }
}
