// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

import dev.ringfence.fault.campaign.FaultChoice.Choice;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/** All faults of one family that a campaign may put in. */
interface FaultSource {
    /** One of them. */
    Choice choose(SplittableRandom random);

    /** Adds what the choices depend on beside the campaign. */
    void digest(CRC32C build);

    static FaultSource of(FamilySpec spec, Campaign campaign, String driver) {
        if (spec instanceof CodeFaults code) {
            return new CodeFaultSource(code, driver, campaign.conditions().disk());
        }
        if (spec instanceof ProcessFaults process) {
            return new ProcessFaultSource(process, driver, campaign.conditions().workload());
        }
        if (spec instanceof DeviceFaults device) {
            return new DeviceFaultSource(device);
        }
        if (spec instanceof ProtocolFaults protocol) {
            return new ProtocolFaultSource(protocol);
        }
        throw new IllegalArgumentException("spec=" + spec);
    }
}
