// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.grant;

/**
 * A version 1 entry of a grant table, as Xen's {@code grant_table.h} has it.
 *
 * <pre>
 *   byte   0        2        4              8
 *          +--------+--------+--------------+
 *          | flags  | domid  | frame        |      the guest writes domid, frame, then flags;
 *          +--------+--------+--------------+      the driver sets and clears reading and writing in flags
 * </pre>
 *
 * <p>Flags and domid are one aligned word, and change only together: a domid is never paired with another's flags.
 */
public final class GrantEntry {
    public static final int BYTES = 8;
    /** Refs 0 to 7 belong to the tool stack. */
    public static final int RESERVED_REFS = 8;

    static final int FRAME = 4;

    static final int TYPE_MASK = 3;
    static final int PERMIT_ACCESS = 1;
    static final int ACCEPT_TRANSFER = 2;
    static final int READONLY = 4;
    static final int READING = 8;
    static final int WRITING = 16;
    static final int SUB_PAGE = 256;
    static final int IN_USE = READING | WRITING;
    /** Of {@link #ACCEPT_TRANSFER}: from here on the guest can't take its offer back. */
    static final int TRANSFER_COMMITTED = 4;
    /** Of {@link #ACCEPT_TRANSFER}: the frame in the entry is now the one that the guest has got. */
    static final int TRANSFER_COMPLETED = 8;

    private static final int DOMID_SHIFT = 16;

    /**
     * How often a compare-and-set is tried again. The peer can make it fail at will; one that does so this often in a
     * row means to, and has itself to blame for what comes of it.
     */
    static final int ATTEMPTS = 64;

    private GrantEntry() {}

    static long offset(int ref) {
        return (long) ref * BYTES;
    }

    static int word(int flags, int domid) {
        return flags | domid << DOMID_SHIFT;
    }

    /** True for a granted page in use; in an offer of a page the same bits mean something else. */
    static boolean isInUse(int word) {
        return (word & TYPE_MASK) == PERMIT_ACCESS && (word & IN_USE) != 0;
    }

    static int domid(int word) {
        return word >>> DOMID_SHIFT;
    }
}
