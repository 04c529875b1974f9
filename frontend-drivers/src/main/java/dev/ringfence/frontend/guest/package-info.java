// SPDX-License-Identifier: Apache-2.0
/**
 * A guest: a process that uses devices and serves none.
 *
 * <pre>
 *   GuestDomain      finds its devices in the store as they come and go
 *     GuestDevices   those of one kind
 *     DiskExports    exports disks to every NBD client of the host
 *     GuestProgram   yours: a main of a guest, with its devices at hand
 * </pre>
 *
 * <p>Start reading at {@link dev.ringfence.frontend.guest.GuestProgram}.
 */
package dev.ringfence.frontend.guest;
