// SPDX-License-Identifier: Apache-2.0
/**
 * The front-end kit: what every guest needs to reach its drivers, whatever the device.
 *
 * <pre>
 *   GuestDomain           a guest's process: finds its devices in the store, runs its programs
 *     DeviceFrontend      one device's side of the xenbus handshake, by the class of the device
 *     GuestProgram        yours: a main of a guest, with its disks at hand
 * </pre>
 *
 * <p>Start reading at {@link dev.ringfence.frontend.GuestProgram}, then {@link dev.ringfence.frontend.FrontendHandshake}.
 */
package dev.ringfence.frontend;
