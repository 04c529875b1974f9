// SPDX-License-Identifier: Apache-2.0
/**
 * The hypervisor: the small trusted process outside the domains. Creates them, owns their memory, event channels and the
 * store, replaces drivers that died; never on the data path.
 *
 * <pre>
 *   Hypervisor            a machine that runs
 *     DriverDomain        a driver: what its processes say, what its operator orders
 *       Connections       what it serves
 *       Succession        owner and standbys, and what happens when one dies
 *       RestartPolicy     when it has died often enough
 *     Guest               a guest's process and devices
 *       GuestDevice       I/O region, event channels
 *     DomainProcess       one process in its Sandbox, and the channel to it
 *     DeviceFile          an image or device: its lock, an open file for every process
 *     Toolstack           what the store says about all that
 * </pre>
 *
 * <p>Start reading at {@link dev.ringfence.hypervisor.Hypervisor}, then {@link dev.ringfence.hypervisor.DriverDomain}.
 */
package dev.ringfence.hypervisor;
