// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import java.util.List;

/**
 * @param name unique among all domains of the machine, guests included
 * @param driver the device class it serves; "block" is the only one of this version
 * @param standbys how many warm standbys to keep, 0 to 4
 */
public record DriverDomainSpec(String name, String driver, int standbys, Limits limits, List<DeviceSpec> devices) {
    public DriverDomainSpec {
        devices = List.copyOf(devices);
    }
}
