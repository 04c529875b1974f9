// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

import dev.ringfence.fault.mutation.Operator;
import dev.ringfence.fault.mutation.Part;
import java.util.List;
import java.util.Map;

/**
 * Faults in the driver's code.
 *
 * @param parts whose classes get faults, with their weights
 * @param operators that make them, each as likely as the others where it has a site
 */
public record CodeFaults(int weight, Map<Part, Integer> parts, List<Operator> operators) implements FamilySpec {
    public CodeFaults {
        parts = Map.copyOf(parts);
        operators = List.copyOf(operators);
    }
}
