// SPDX-License-Identifier: Apache-2.0
/**
 * The block front-end: what a guest sees of its disk.
 *
 * <pre>
 *   DiskChannel              blocking, any alignment
 *     AsyncDisk              futures, any thread, ordinary buffers
 *       BlockFrontend        a connected disk, one or more queues
 *         BlockQueue         asynchronous, thread-confined, allocates nothing per request
 *           GuestBuffer      granted, page-aligned memory; no copy between it and the device
 *
 *   XenBlockQueue            a BlockQueue over a Xen ring
 *     QueueMemory            its granted pages:  ring | descriptors | BufferPool
 *     Shadow                 its requests in flight: what checks answers, and what a new back-end is sent again
 *
 *   DiskTags                 what each sector must hold, where a machine file asks for it
 *     TagCheck               one queue's use of it: what is written is summed, what is read compared
 *       SectorTags           a word for each sector, and what else a read may bring while writes are under way
 * </pre>
 *
 * Start reading at {@link dev.ringfence.frontend.block.BlockQueue}.
 */
package dev.ringfence.frontend.block;
