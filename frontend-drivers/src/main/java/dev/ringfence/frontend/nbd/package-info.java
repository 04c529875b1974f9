// SPDX-License-Identifier: Apache-2.0
/**
 * The NBD gateway: exports a guest's disk to every NBD client of Linux.
 *
 * <pre>
 *   client ==socket== NbdHandshake, then NbdConnection          one a client
 *                        |  RequestHeader -> NbdRequest         one a request: read, write, zero, trim, flush
 *                        |     Segment, GuestBuffer             one a request to the disk
 *                        |  ReplyWriter                         sends GuestBytes without a copy
 *                     QueueLoop                                 one a BlockQueue: what runs short is waited for here
 *                     QueueThread: event loop + Doorbell        the only thread of all of this
 * </pre>
 *
 * Start reading at {@link dev.ringfence.frontend.nbd.NbdGateway}.
 */
package dev.ringfence.frontend.nbd;
