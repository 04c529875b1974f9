// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

/**
 * What the last {@link #ENTRIES} sectors that were written held before: the other values that a read may bring while writes are
 * under way. Looked at only when a read brought something else than the last write's value.
 */
final class WriteLog {
    static final int ENTRIES = 1 << 16;

    private static final int MASK = ENTRIES - 1;
    private static final byte UNKNOWN = 1;
    private static final byte UNSETTLED = 2;

    private final long[] sectors = new long[ENTRIES];
    private final long[] generations = new long[ENTRIES];
    private final int[] sums = new int[ENTRIES];
    private final byte[] flags = new byte[ENTRIES];
    private long next;

    /**
     * A write is about to replace a value.
     *
     * @param known false: it may be anything
     * @param unsettled it was not sure to be there: whoever wrote it was not done, or had company
     * @param generation of the write that replaces it
     */
    void add(long sector, int sum, boolean known, boolean unsettled, long generation) {
        int at = (int) next++ & MASK;
        sectors[at] = sector;
        sums[at] = sum;
        generations[at] = generation;
        flags[at] = (byte) ((known ? 0 : UNKNOWN) | (unsettled ? UNSETTLED : 0));
    }

    /** The write failed: what it should have replaced may be there still. */
    void unsettle(long generation) {
        for (long n = next - 1; n >= oldest() && generations[(int) n & MASK] >= generation; n--) {
            int at = (int) n & MASK;
            if (generations[at] == generation) {
                flags[at] |= UNSETTLED;
            }
        }
    }

    private long oldest() {
        return Math.max(0, next - ENTRIES);
    }

    /**
     * Whether a read may bring this value, which is not that of the sector's last write.
     *
     * @param since as {@link TaggedRequest#since}
     * @param contested the last write did not settle what the sector holds
     * @return true too when that is too long ago to say
     */
    boolean allows(long sector, int sum, long since, boolean contested) {
        boolean rivals = contested;
        for (long n = next - 1; n >= oldest(); n--) {
            int at = (int) n & MASK;
            boolean open = generations[at] >= since;
            if (!open && !rivals) {
                return false;
            }
            if (sectors[at] == sector) {
                boolean unsettled = (flags[at] & UNSETTLED) != 0;
                if (!open && !unsettled) {
                    return false;
                }
                if (sums[at] == sum || (flags[at] & UNKNOWN) != 0) {
                    return true;
                }
                rivals = unsettled;
            }
        }
        return oldest() > 0;
    }
}
