// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

/** Told when a request has been answered. Called on the queue's thread; may submit further requests. */
@FunctionalInterface
public interface BlockCompletion {
    /** Xen's BLKIF_RSP_OKAY. */
    int OKAY = 0;
    /** Xen's BLKIF_RSP_ERROR: the device failed, or refused, the request. */
    int ERROR = -1;
    /** Xen's BLKIF_RSP_EOPNOTSUPP. */
    int NOT_SUPPORTED = -2;

    /**
     * @param context what the request was submitted with
     * @param status {@link #OKAY}, {@link #ERROR} or {@link #NOT_SUPPORTED}
     */
    void completed(long context, int status);
}
