// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.keeper;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What a keeper holds, by key. Any thread. */
final class Holdings {
    private final Map<String, Kept> kept = new LinkedHashMap<>();

    synchronized void keep(Kept thing) {
        Optional.ofNullable(kept.put(thing.key(), thing)).ifPresent(Kept::close);
    }

    synchronized void drop(String key) {
        Optional.ofNullable(kept.remove(key)).ifPresent(Kept::close);
    }

    synchronized boolean isEmpty() {
        return kept.isEmpty();
    }

    /** Shows everything, in the order in which it came; nothing changes meanwhile. */
    synchronized void forEach(Consumer<Kept> visitor) {
        kept.values().forEach(visitor);
    }
}
