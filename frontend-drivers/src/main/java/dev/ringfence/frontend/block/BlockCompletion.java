// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

import dev.ringfence.frontend.Completion;

/** A {@link Completion} of a disk's request; its status is one of these. */
@FunctionalInterface
public interface BlockCompletion extends Completion {
    /** Xen's BLKIF_RSP_OKAY. */
    int OKAY = 0;
    /** Xen's BLKIF_RSP_ERROR: the device failed, or refused, the request. */
    int ERROR = -1;
    /** Xen's BLKIF_RSP_EOPNOTSUPP. */
    int NOT_SUPPORTED = -2;
}
