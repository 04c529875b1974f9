// SPDX-License-Identifier: Apache-2.0
/**
 * The back-end kit: what every driver needs to serve guests and to be replaced while it does.
 *
 * <pre>
 *   DriverProcess         one process of a driver domain: owner, standby, successor
 *     Heirship            when its workers may wait for their leases
 *     Caution             what it makes of its predecessors' deaths
 *     BackendHandshake    the store's side: features, states
 *     BackendConnection   one guest's device
 *       QueueWorker       lease, settle, replay, serve
 *         QueueService    what a device class does with a queue
 *           RequestService  all of it but what the requests are, where each takes a slot and is answered in one
 *           Answers, XenRing  what a queue of another kind needs too
 *         LastWords       says why a worker died, and ends the process
 *     RecoveryGate        no queue takes new requests before all have replayed
 *     Rehearsal           takeovers on private memory, so that the first real one is nothing new
 *       RehearsalScript   what a device class's guests do and its dead leave behind; RequestScript is most of one
 *   DressRehearsal        a process's life without a machine, for an archive of its classes
 * </pre>
 *
 * <p>Start reading at {@link dev.ringfence.backend.DriverProcess}.
 */
package dev.ringfence.backend;
