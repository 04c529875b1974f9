// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import java.nio.file.Path;
import java.util.List;

/**
 * A machine as its file describes it. All paths in it are absolute: relative ones are taken from the file's directory.
 *
 * @param file where it was read
 * @param machine the machine's name, also that of its state directory
 * @param health whether drivers are watched; off only to measure what it costs
 */
public record MachineFile(
        Path file, String machine, boolean health, List<DriverDomainSpec> driverDomains, List<GuestSpec> guests) {
    public MachineFile {
        driverDomains = List.copyOf(driverDomains);
        guests = List.copyOf(guests);
    }
}
