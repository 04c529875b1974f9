// SPDX-License-Identifier: Apache-2.0
/**
 * The TAP gateway: gives a network namespace of the host a NIC that is a guest's, so that the kernel's own TCP/IP stack is the
 * guest.
 *
 * <pre>
 *   kernel  --> TAP --> FramesOut --> TransmitQueue    a thread for each pair of queues
 *   kernel  <-- TAP <-- FramesIn  <-- ReceiveQueue     another
 * </pre>
 *
 * <p>Start reading at {@link dev.ringfence.frontend.tap.TapGateway}.
 */
package dev.ringfence.frontend.tap;
