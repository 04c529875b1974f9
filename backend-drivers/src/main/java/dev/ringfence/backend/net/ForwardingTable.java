// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.protocol.FrameHeaders;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Behind which port of a switch an Ethernet address was last seen: IEEE 802.1D's filtering database. An address lives in one of a few
 * slots that it may have; when all are taken the longest unseen gives way. Private memory, which dies with its process: a successor
 * knows nothing, floods, and has learned again what answers. Any thread; no locks, no allocation.
 *
 * <p>A slot is two words, which no reader sees change together. Whoever reads between the two finds an address as old as its
 * predecessor in the slot or as young as its successor: it is flooded once in vain, or believed for a moment longer.
 */
final class ForwardingTable {
    /** Instead of a port: nobody has been seen under that address, or not for a long time. */
    static final int UNKNOWN = -1;

    static final int PORTS_MAX = 1 << 15;

    /** Slots that an address may have. */
    private static final int CANDIDATES = 8;

    private static final long MIX = 0x9e37_79b9_7f4a_7c15L;

    private static final int ADDRESS_SHIFT = 16;
    /** A slot is written again only after this part of the ageing time: a busy address must not cost its line. */
    private static final int REFRESHES = 16;

    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(long[].class);

    /** Address, then port; 0 in one that was never taken. */
    private final long[] entries;

    private final long[] seenNanos;
    private final long salt;
    private final int shift;
    private final long ageingNanos;

    /**
     * @param slots a power of two, 8 at least
     * @param salt of chance, so that nobody can tell which addresses drive out a given one
     */
    ForwardingTable(int slots, long ageingNanos, long salt) {
        if (slots < CANDIDATES || Integer.bitCount(slots) != 1) {
            throw new IllegalArgumentException("slots must be a power of two, 8 at least: slots=" + slots);
        }
        this.entries = new long[slots];
        this.seenNanos = new long[slots];
        this.salt = salt;
        this.shift = Long.numberOfLeadingZeros(slots / CANDIDATES) + 1;
        this.ageingNanos = ageingNanos;
    }

    /** The port behind which an address was seen, or {@link #UNKNOWN}. */
    int find(long address, long nowNanos) {
        int first = first(address);
        for (int slot = first; slot < first + CANDIDATES; slot++) {
            long entry = (long) SLOT.getAcquire(entries, slot);
            if (entry >>> ADDRESS_SHIFT == address && entry != 0) {
                return age(slot, nowNanos) <= ageingNanos ? (int) entry & PORTS_MAX - 1 : UNKNOWN;
            }
        }
        return UNKNOWN;
    }

    /** An address was seen behind a port. Of groups, and of nobody, nothing is learned. */
    void learn(long address, int port, long nowNanos) {
        if (address == 0 || FrameHeaders.isGroup(address)) {
            return;
        }
        long wanted = address << ADDRESS_SHIFT | port;
        int first = first(address);
        int victim = first;
        long victimAge = -1;
        for (int slot = first; slot < first + CANDIDATES; slot++) {
            long entry = (long) SLOT.getAcquire(entries, slot);
            long age = age(slot, nowNanos);
            if (entry >>> ADDRESS_SHIFT == address) {
                if (entry != wanted || age > ageingNanos / REFRESHES) {
                    put(slot, entry, wanted, nowNanos);
                }
                return;
            }
            long worth = entry == 0 ? Long.MAX_VALUE : age;
            if (worth > victimAge) {
                victimAge = worth;
                victim = slot;
            }
        }
        put(victim, (long) SLOT.getAcquire(entries, victim), wanted, nowNanos);
    }

    /** Who is beaten to the slot has lost one frame's news: the next frame brings them again. */
    private void put(int slot, long before, long entry, long nowNanos) {
        SLOT.setOpaque(seenNanos, slot, nowNanos);
        SLOT.compareAndSet(entries, slot, before, entry);
    }

    /** Never negative: another thread's clock may have been read a little later than ours. */
    private long age(int slot, long nowNanos) {
        return Math.max(0, nowNanos - (long) SLOT.getOpaque(seenNanos, slot));
    }

    private int first(long address) {
        // Neighbouring addresses are common: each bit has to reach the upper ones.
        long mixed = (address ^ salt) * MIX;
        mixed = (mixed ^ mixed >>> 32) * MIX;
        return shift > 63 ? 0 : (int) (mixed >>> shift) * CANDIDATES;
    }
}
