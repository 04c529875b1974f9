// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import java.util.List;

/**
 * @param name unique among all domains of the machine, guests included
 * @param driver the device class it serves, as {@link dev.ringfence.domain.DeviceKind#driver} spells it
 * @param standbys how many warm standbys to keep, 0 to 4
 * @param restart what to do when it keeps dying
 */
public record DriverDomainSpec(
        String name, String driver, int standbys, RestartSpec restart, Limits limits, List<DeviceSpec> devices) {
    public DriverDomainSpec {
        devices = List.copyOf(devices);
    }
}
