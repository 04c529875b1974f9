// SPDX-License-Identifier: Apache-2.0
/**
 * The block front-end: what a guest sees of its disk.
 *
 * <pre>
 *   BlockFrontend            a connected disk, one or more queues
 *     BlockQueue             asynchronous, thread-confined, allocates nothing per request
 *       GuestBuffer          granted, page-aligned memory; no copy between it and the device
 * </pre>
 *
 * Start reading at {@link dev.ringfence.frontend.block.BlockQueue}.
 */
package dev.ringfence.frontend.block;
