// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.memory.Descriptor;
import java.util.List;

/**
 * Something a {@link Keeper} keeps for its owner, who tells it of every change that a successor must know of, and closes it
 * before its descriptors.
 */
final class Keeping implements AutoCloseable {
    private final Keeper keeper;
    private final String key;

    Keeping(Keeper keeper, String key) {
        this.keeper = keeper;
        this.key = key;
    }

    /** Keeps this instead of what it was. */
    void update(Object note, List<Descriptor> descriptors) {
        keeper.keep(key, note, descriptors);
    }

    @Override
    public void close() {
        keeper.drop(key);
    }
}
