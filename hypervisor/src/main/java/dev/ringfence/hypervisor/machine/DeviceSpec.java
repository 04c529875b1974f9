// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import dev.ringfence.domain.DeviceKind;

/**
 * A device that a driver domain exports.
 *
 * @param readOnly to be opened for reading alone
 * @param sectorBytes 512 or 4096; of no meaning but for a disk
 * @param queues the most queues a guest may open on it, 1 to 8
 */
public record DeviceSpec(String name, Backing backing, boolean readOnly, int sectorBytes, int queues) {
    public static final int QUEUES_MAX = 8;
    /** Of a switch, one for each pair of queues that a guest may open. */
    public static final int INBOXES_MAX = 120;

    public DeviceKind kind() {
        if (backing instanceof Backing.Tap || isSwitch()) {
            return DeviceKind.NET;
        }
        return backing instanceof Backing.Entropy ? DeviceKind.ENTROPY : DeviceKind.BLOCK;
    }

    /** A NIC for any number of guests. */
    public boolean isSwitch() {
        return backing instanceof Backing.Switch;
    }
}
