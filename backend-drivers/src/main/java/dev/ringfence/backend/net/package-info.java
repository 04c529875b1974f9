// SPDX-License-Identifier: Apache-2.0
/**
 * The network back-end.
 *
 * <pre>
 *   guest's transmit ring --> TransmitService --> NetworkPort --> the wire: a TAP device
 *   guest's receive ring  <-- ReceiveService  <--
 *                               FrameCatcher   PostedCatcher: into pages that the guest has granted
 *                               ReceivePages   GrantedPages
 *                                              PoolCatcher: into pages of the driver's own, which it hands over
 *                                              FlippedPages, PagePool
 *
 *   TransmitService --> SwitchPort --> EthernetSwitch --> Inboxes: a queue in the kernel  --> another guest's ReceiveService
 *                         Ingress        ForwardingTable  Uplink: a TAP device, or a Tunnel
 *                           SourceRule, StormGuard
 * </pre>
 *
 * <p>A ring of either kind is a queue of its own to the kit: with its lease, its journal, its worker, its event channel. What differs is
 * what an entry of the journal is. On the transmit ring it is a packet with all its slots: a successor sends again what was
 * not answered, in order, so that a frame may be doubled by a crash, and none is lost. On the receive ring it is a buffer that
 * the guest has posted: a successor fills those that were not handed back, in order; a frame that was on its way into them is
 * lost, and no buffer is. Where pages are handed over, one that is whole in the journal arrives.
 *
 * <p>Start reading at {@link dev.ringfence.backend.net.NetworkPort}, then {@link dev.ringfence.backend.net.TransmitService}.
 */
package dev.ringfence.backend.net;
