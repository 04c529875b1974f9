// SPDX-License-Identifier: Apache-2.0
/**
 * The block back-end: blkif on one side, a {@link dev.ringfence.backend.block.BlockDevice} on the other.
 *
 * <pre>
 *   BlockDriver            the program of a block driver domain
 *     BlockService         one queue's requests: what they are and how they are done; when, is RequestService's
 *       RangeClaims        no request over an unfinished write, on any queue of the device
 *       BlockDevice        image file, raw device, memory, or your own class
 * </pre>
 *
 * <p>Start reading at {@link dev.ringfence.backend.block.BlockService}; a driver author at
 * {@link dev.ringfence.backend.block.BlockDevice}.
 */
package dev.ringfence.backend.block;
