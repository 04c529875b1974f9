// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

import dev.ringfence.fault.lab.DeviceFault;
import java.util.List;

/**
 * What is wrong with the device under the driver.
 *
 * @param kinds each as likely as the others
 */
public record DeviceFaults(int weight, List<DeviceFault.Kind> kinds) implements FamilySpec {
    public DeviceFaults {
        kinds = List.copyOf(kinds);
    }
}
