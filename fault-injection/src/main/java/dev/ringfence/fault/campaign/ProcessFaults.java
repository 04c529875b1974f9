// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

import dev.ringfence.fault.lab.ProcessFault;
import java.util.List;

/**
 * What becomes of the driver's process.
 *
 * @param kinds each as likely as the others
 */
public record ProcessFaults(int weight, List<ProcessFault.Kind> kinds) implements FamilySpec {
    public ProcessFaults {
        kinds = List.copyOf(kinds);
    }
}
