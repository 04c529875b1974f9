// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.keeper;

import dev.ringfence.memory.Descriptor;
import java.util.List;

/**
 * Something kept.
 *
 * @param note what its owner wants to know of it later; nothing to the keeper
 * @param descriptors in the order in which they were given
 */
public record Kept(String key, String note, List<Descriptor> descriptors) implements AutoCloseable {
    public Kept {
        descriptors = List.copyOf(descriptors);
    }

    @Override
    public void close() {
        descriptors.forEach(Descriptor::close);
    }
}
