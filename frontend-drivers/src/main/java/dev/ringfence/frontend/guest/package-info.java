// SPDX-License-Identifier: Apache-2.0
/**
 * A guest: a process that uses devices and serves none.
 *
 * <pre>
 *   GuestDomain      finds its disks in the store as they come and go
 *     NbdGateway     exports one to every NBD client of the host
 *     GuestProgram   yours: a main of a guest, with its disks at hand
 * </pre>
 *
 * <p>Start reading at {@link dev.ringfence.frontend.guest.GuestProgram}.
 */
package dev.ringfence.frontend.guest;
