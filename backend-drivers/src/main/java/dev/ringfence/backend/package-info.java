// SPDX-License-Identifier: Apache-2.0
/**
 * The back-end kit: what every driver needs to serve guests and to be replaced while it does.
 *
 * <pre>
 *   DriverProcess         one process of a driver domain: owner, standby, successor
 *     Heirship            when its workers may wait for their leases
 *     BackendHandshake    the store's side: features, states
 *     BackendConnection   one guest's device
 *       QueueWorker       lease, settle, replay, serve
 *         QueueService    what a device class does with a queue
 *     RecoveryGate        no queue takes new requests before all have replayed
 * </pre>
 *
 * <p>Start reading at {@link dev.ringfence.backend.DriverProcess}.
 */
package dev.ringfence.backend;
