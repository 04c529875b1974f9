// SPDX-License-Identifier: Apache-2.0
/**
 * The network front-end: what a guest sees of its NIC.
 *
 * <pre>
 *   NetFrontend            a connected NIC, one or more pairs of queues
 *     TransmitQueue        frames out: filled in place, in granted pages
 *       OutgoingFrame
 *     ReceiveQueue         frames in: handed to a FrameReceiver where the driver has put them
 *       IncomingFrame
 *
 *       ReceiveBuffers   GrantedBuffers, into which the driver copies; or FlippedBuffers, for which it gives others
 *
 *   XenNetFrontend         a NetFrontend by the xenbus handshake
 *     QueueMemory          granted pages of a pair:  transmit ring | receive ring | buffers | frames
 * </pre>
 *
 * <p>Start reading at {@link dev.ringfence.frontend.net.TransmitQueue}, then {@link dev.ringfence.frontend.net.ReceiveQueue}.
 */
package dev.ringfence.frontend.net;
