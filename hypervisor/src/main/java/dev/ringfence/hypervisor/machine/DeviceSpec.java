// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

/**
 * A device that a driver domain exports: a disk, or a NIC.
 *
 * @param sectorBytes 512 or 4096; of no meaning for a NIC
 * @param queues the most queues a guest may open on it, 1 to 8
 */
public record DeviceSpec(String name, Backing backing, boolean readOnly, int sectorBytes, int queues) {
    public static final int QUEUES_MAX = 8;
    /** Of a switch, one for each pair of queues that a guest may open. */
    public static final int INBOXES_MAX = 120;

    public boolean isNic() {
        return backing instanceof Backing.Tap || isSwitch();
    }

    /** A NIC for any number of guests. */
    public boolean isSwitch() {
        return backing instanceof Backing.Switch;
    }
}
