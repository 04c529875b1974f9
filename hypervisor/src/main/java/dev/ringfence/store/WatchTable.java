// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import dev.ringfence.store.TreeTransaction.Reach;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** All watches, by the path they watch. Guarded by the store's lock. */
final class WatchTable {
    private final Map<String, List<Watch>> watchesByPath = new HashMap<>();

    /** False if the session watches that path with that token already. */
    boolean add(Watch watch) {
        List<Watch> watches = watchesByPath.computeIfAbsent(watch.path(), path -> new ArrayList<>());
        for (Watch other : watches) {
            if (other.session() == watch.session() && other.token().equals(watch.token())) {
                return false;
            }
        }
        return watches.add(watch);
    }

    /** False if there is no such watch. */
    boolean remove(StoreSession session, String path, String token) {
        List<Watch> watches = watchesByPath.getOrDefault(path, new ArrayList<>());
        boolean removed = watches.removeIf(
                watch -> watch.session() == session && watch.token().equals(token));
        if (watches.isEmpty()) {
            watchesByPath.remove(path);
        }
        return removed;
    }

    /** Removes all watches of a session and shows each. */
    void removeAll(StoreSession session, Consumer<Watch> removed) {
        for (List<Watch> watches : watchesByPath.values()) {
            watches.removeIf(watch -> {
                boolean own = watch.session() == session;
                if (own) {
                    removed.accept(watch);
                }
                return own;
            });
        }
        watchesByPath.values().removeIf(List::isEmpty);
    }

    /** Shows the watches that a change of that path concerns. */
    void forEachOn(String changedPath, Reach reach, Consumer<Watch> visitor) {
        forEachAt(changedPath, changedPath, visitor);
        String at = changedPath;
        while (reach == Reach.SUBTREE && !at.equals(StorePath.ROOT)) {
            at = StorePath.parent(at);
            forEachAt(at, changedPath, visitor);
        }
    }

    void forEachAt(String path, Consumer<Watch> visitor) {
        watchesByPath.getOrDefault(path, List.of()).forEach(visitor);
    }

    private void forEachAt(String path, String changedPath, Consumer<Watch> visitor) {
        forEachAt(path, watch -> {
            if (watch.covers(changedPath)) {
                visitor.accept(watch);
            }
        });
    }
}
