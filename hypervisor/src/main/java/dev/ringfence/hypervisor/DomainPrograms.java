// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import java.util.Map;

/**
 * Which programs run in domains; the hypervisor itself knows no driver.
 *
 * @param drivers main class by what the machine file calls the driver
 * @param guest main class of a guest domain
 */
public record DomainPrograms(Map<String, String> drivers, String guest) {
    public DomainPrograms {
        drivers = Map.copyOf(drivers);
    }
}
