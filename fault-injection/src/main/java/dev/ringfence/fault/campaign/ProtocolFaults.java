// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

import dev.ringfence.fault.lab.ProtocolFault;
import java.util.List;

/**
 * What happens between a guest and its driver.
 *
 * @param kinds each as likely as the others
 */
public record ProtocolFaults(int weight, List<ProtocolFault.Kind> kinds) implements FamilySpec {
    public ProtocolFaults {
        kinds = List.copyOf(kinds);
    }
}
