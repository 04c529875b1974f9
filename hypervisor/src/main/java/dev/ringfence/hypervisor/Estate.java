// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.hypervisor.control.ControlException;
import dev.ringfence.hypervisor.control.MachineDirectory;
import dev.ringfence.hypervisor.keeper.KeeperClient;
import dev.ringfence.hypervisor.keeper.Kept;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a dead hypervisor has left with its keeper, to be taken piece by piece. */
final class Estate implements AutoCloseable {
    private final Map<String, Kept> kept = new LinkedHashMap<>();

    /** @throws ControlException when the keeper does not tell */
    Estate(KeeperClient keeper, MachineDirectory directory) {
        List<Kept> all = keeper.list()
                .orElseThrow(() -> new ControlException(
                        500,
                        "the keeper of machine " + directory.machine() + " does not answer (pid "
                                + keeper.process().pid() + "); end its domains with: ringfence up FILE --fresh"));
        all.forEach(thing -> kept.put(thing.key(), thing));
    }

    <T> Optional<T> note(String key, Class<T> type) {
        return Optional.ofNullable(kept.get(key)).map(thing -> Keeper.read(thing.note(), type));
    }

    /** Something, whose descriptors are the caller's now. */
    Optional<Kept> take(String key) {
        return Optional.ofNullable(kept.remove(key));
    }

    /** Everything whose key begins so, oldest first; the descriptors are the caller's now. */
    List<Kept> takeAll(String prefix) {
        List<Kept> taken = new ArrayList<>();
        for (String key : List.copyOf(kept.keySet())) {
            if (key.startsWith(prefix)) {
                taken.add(kept.remove(key));
            }
        }
        return taken;
    }

    /** What nobody has taken. */
    List<String> keys() {
        return List.copyOf(kept.keySet());
    }

    @Override
    public void close() {
        kept.values().forEach(Kept::close);
        kept.clear();
    }
}
