// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.grant;

import dev.ringfence.memory.Window;

/**
 * Copies to and from granted pages, as Xen's GNTTABOP_copy: within a page at either end, validated and in use for
 * as long as the copy takes. Each answers {@link GrantStatus#OKAY} or what was wrong; then nothing was copied.
 */
public final class GrantCopy {
    private GrantCopy() {}

    /** From a page that {@code source}'s guest granted, to memory of our own. */
    public static int fromGrant(GrantMap source, int ref, int offset, Window destination, long at, int length) {
        if (crossesPage(offset, length)) {
            return GrantStatus.BAD_COPY_ARG;
        }
        int frame = source.pin(ref, false);
        if (frame < 0) {
            return frame;
        }
        try {
            source.region().copyTo(RegionLayout.offset(frame) + offset, destination, at, length);
        } finally {
            source.unpin(ref, false);
        }
        return GrantStatus.OKAY;
    }

    /** From memory of our own, to a page that {@code destination}'s guest granted for writing. */
    public static int toGrant(Window source, long at, GrantMap destination, int ref, int offset, int length) {
        if (crossesPage(offset, length)) {
            return GrantStatus.BAD_COPY_ARG;
        }
        int frame = destination.pin(ref, true);
        if (frame < 0) {
            return frame;
        }
        try {
            source.copyTo(at, destination.region(), RegionLayout.offset(frame) + offset, length);
        } finally {
            destination.unpin(ref, true);
        }
        return GrantStatus.OKAY;
    }

    /** From one guest's page to another's, which need not know of each other. */
    public static int between(
            GrantMap source, int sourceRef, int sourceOffset, GrantMap destination, int ref, int offset, int length) {
        if (crossesPage(sourceOffset, length)) {
            return GrantStatus.BAD_COPY_ARG;
        }
        int frame = source.pin(sourceRef, false);
        if (frame < 0) {
            return frame;
        }
        try {
            long at = RegionLayout.offset(frame) + sourceOffset;
            return toGrant(source.region(), at, destination, ref, offset, length);
        } finally {
            source.unpin(sourceRef, false);
        }
    }

    private static boolean crossesPage(int offset, int length) {
        return offset < 0 || length < 0 || offset > RegionLayout.PAGE_BYTES - length;
    }
}
