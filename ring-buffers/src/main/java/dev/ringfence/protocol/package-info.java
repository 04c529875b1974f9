// SPDX-License-Identifier: Apache-2.0
/**
 * What travels through the rings: Xen's messages, each declared once with its layout, codec and validation.
 *
 * <pre>
 *   BlkifLayout        sizes, offsets and constants of blkif for x86_64
 *   BlockRequest       a request copied out of shared memory, every field read once
 *   BlockValidation    what a request means on a given disk: do it, answer with an error, or close the connection
 *   BlockResponse      the answer
 * </pre>
 *
 * <p>Start reading at {@link dev.ringfence.protocol.BlkifLayout}, then {@link dev.ringfence.protocol.BlockRequest}.
 */
package dev.ringfence.protocol;
