// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import java.util.List;

/** @param name unique among all domains of the machine, driver domains included */
public record GuestSpec(String name, List<GuestDeviceSpec> devices, List<ProgramSpec> programs, Limits limits) {
    public GuestSpec {
        devices = List.copyOf(devices);
        programs = List.copyOf(programs);
    }
}
