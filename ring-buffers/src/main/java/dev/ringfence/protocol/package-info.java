// SPDX-License-Identifier: Apache-2.0
/**
 * What travels through the rings: Xen's messages and our own, each declared once with its layout, codec and validation.
 *
 * <pre>
 *   BlkifLayout        sizes, offsets and constants of blkif for x86_64
 *   BlockRequest       a request copied out of shared memory, every field read once
 *   BlockValidation    what a request means on a given disk: do it, answer with an error, or close the connection
 *   BlockResponse      the answer
 *
 *   NetifLayout        sizes, offsets and constants of netif
 *   TxRequest ...      one slot of either ring; ExtraInfo is what may stand between two of them
 *   TxPacket, RxPacket a packet put together from slots by who receives them, and what is to become of it
 *   FrameHeaders       where in a frame addresses, ports and checksums are
 *   ToeplitzHash       which queue a flow takes
 *   VirtioNetHeader    the same as the flags and extra infos say, for the kernel's TAP devices
 *
 *   EntropyLayout      a protocol of our own, as small as one can be: EntropyRequest, EntropyResponse
 * </pre>
 *
 * <p>Start reading at {@link dev.ringfence.protocol.BlkifLayout}, then {@link dev.ringfence.protocol.BlockRequest}; or at
 * {@link dev.ringfence.protocol.NetifLayout}, then {@link dev.ringfence.protocol.TxPacket}.
 */
package dev.ringfence.protocol;
