// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import dev.ringfence.store.StorePermissions.Access;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/**
 * One domain's reads and writes on a snapshot of the tree, to be committed together; a request outside a transaction is
 * one that commits at once. Every operation has its whole effect on the tree or throws and has none.
 *
 * <p>A commit succeeds if each node that was read or written is still as it was in the snapshot: what was read then
 * holds at the commit too. To create a node is also to read the one above it, whose permissions it inherits.
 */
final class TreeTransaction {
    /** How far the event of a change carries. */
    enum Reach {
        /** No event: a parent that came into being with its child. */
        NONE,
        /** To watches on that very path: a node that went away with one above it. */
        EXACT,
        /** To watches on the path or above it. */
        SUBTREE
    }

    private final StoreDomain caller;
    private final LongSupplier generations;
    private final StoreTree snapshot;
    private final boolean single;
    private final Set<String> accessed = new HashSet<>();
    /** In the order of paths, in which a node comes before those below it. */
    private final Map<String, Reach> changed = new TreeMap<>();

    private StoreTree tree;
    private long heldBytes;

    private TreeTransaction(StoreDomain caller, StoreTree snapshot, LongSupplier generations, boolean single) {
        this.caller = caller;
        this.generations = generations;
        this.snapshot = snapshot;
        this.tree = snapshot;
        this.single = single;
    }

    static TreeTransaction begin(StoreDomain caller, StoreTree snapshot, LongSupplier generations) {
        return new TreeTransaction(caller, snapshot, generations, false);
    }

    /** For one request outside any transaction, to which the limits on transactions do not apply. */
    static TreeTransaction single(StoreDomain caller, StoreTree snapshot, LongSupplier generations) {
        return new TreeTransaction(caller, snapshot, generations, true);
    }

    long heldBytes() {
        return heldBytes;
    }

    StoreDomain caller() {
        return caller;
    }

    /** The node, if the caller may read it. */
    StoreNode read(String path) {
        access(path);
        StoreNode node = tree.find(path);
        if (node == null) {
            throw absent(path, Access.READ);
        }
        require(caller.may(Access.READ, node.permissions()), StoreError.EACCES, path);
        return node;
    }

    void write(String path, byte[] value) {
        change(path, node -> node.withValue(value, generations.getAsLong()), value.length);
    }

    void makeDirectory(String path) {
        StoreNode node = tree.find(path);
        if (node == null) {
            change(path, UnaryOperator.identity(), 0);
        } else {
            access(path);
            require(caller.may(Access.WRITE, node.permissions()), StoreError.EACCES, path);
        }
    }

    void remove(String path) {
        access(path);
        StoreNode node = tree.find(path);
        if (node == null) {
            requireMissing(path);
            return;
        }
        require(caller.may(Access.WRITE, node.permissions()), StoreError.EACCES, path);
        require(!path.equals(StorePath.ROOT), StoreError.EINVAL, path);
        removeSubtree(path);
    }

    void setPermissions(String path, StorePermissions permissions) {
        access(path);
        StoreNode node = tree.find(path);
        if (node == null) {
            throw absent(path, Access.WRITE);
        }
        require(caller.owns(node), StoreError.EACCES, path);
        boolean sameOwner = node.permissions().owner() == permissions.owner();
        require(caller.privileged() || sameOwner, StoreError.EPERM, path);
        require(!exceeds(StoreQuota.NODE_PERMISSIONS, permissions.entries().size()), StoreError.ENOSPC, path);
        long generation = generations.getAsLong();
        tree = tree.with(
                path, old -> old.withPermissions(permissions, generation), UnaryOperator.identity(), generation);
        mark(path, Reach.SUBTREE);
    }

    /**
     * Removes what a domain owns, with all below it, and takes back what others allow it, so that a later domain of
     * that id inherits nothing.
     */
    void forget(int domid) {
        tree.walk(StorePath.ROOT, (path, node) -> {
            StorePermissions permissions = node.permissions();
            if (!tree.contains(path)) {
                return; // it went away with one above it
            }
            if (permissions.owner() == domid && !path.equals(StorePath.ROOT)) {
                removeSubtree(path);
            } else if (permissions.names(domid)) {
                setPermissions(path, permissions.without(domid));
            }
        });
    }

    /** The live tree with the changes of this transaction; throws {@code EAGAIN} on a conflict. */
    StoreTree commit(StoreTree live) {
        StoreTree merged = live == snapshot ? tree : merge(live);
        int before = live.nodesOwnedBy(caller.domid());
        int after = merged.nodesOwnedBy(caller.domid());
        require(after <= before || !caller.exceeds(StoreQuota.NODES, after), StoreError.ENOSPC, "transaction");
        return merged;
    }

    /** Shows the paths whose change is to be told. */
    void forEachChange(BiConsumer<String, Reach> visitor) {
        changed.forEach((path, reach) -> {
            if (reach != Reach.NONE) {
                visitor.accept(path, reach);
            }
        });
    }

    /** Shows every path that was changed, those that came into being with their child too, each before those below it. */
    void forEachChangedPath(Consumer<String> visitor) {
        changed.keySet().forEach(visitor);
    }

    private StoreTree merge(StoreTree live) {
        for (String path : accessed) {
            require(snapshot.generation(path) == live.generation(path), StoreError.EAGAIN, path);
        }
        long generation = generations.getAsLong();
        StoreTree merged = live;
        for (String path : changed.keySet()) {
            StoreNode node = tree.find(path);
            if (node != null) {
                merged = merged.with(
                        path,
                        old -> old.withValue(node.value(), generation).withPermissions(node.permissions(), generation),
                        UnaryOperator.identity(),
                        generation);
            } else if (merged.contains(path)) {
                merged = merged.without(path, generation);
            }
        }
        return merged;
    }

    /** Changes a node, or creates it and what is missing above it. */
    private void change(String path, UnaryOperator<StoreNode> edit, int valueBytes) {
        access(path);
        String nearest = tree.nearest(path);
        access(nearest);
        require(caller.may(Access.WRITE, tree.find(nearest).permissions()), StoreError.EACCES, path);
        StoreTree next = tree.with(path, edit, this::inherited, generations.getAsLong());
        for (String size : List.of(path, nearest)) {
            require(!exceeds(StoreQuota.NODE_SIZE, next.find(size).sizeBytes()), StoreError.ENOSPC, path);
        }
        int before = tree.nodesOwnedBy(caller.domid());
        int after = next.nodesOwnedBy(caller.domid());
        require(after <= before || !exceeds(StoreQuota.NODES, after), StoreError.ENOSPC, path);
        List<String> created = between(nearest, path);
        created.forEach(this::access);
        hold(path, valueBytes);
        created.forEach(at -> mark(at, Reach.NONE));
        mark(path, Reach.SUBTREE);
        tree = next;
    }

    /** The paths below the one and above the other. */
    private static List<String> between(String above, String below) {
        List<String> paths = new ArrayList<>();
        for (String at = StorePath.parent(below); at.length() > above.length(); at = StorePath.parent(at)) {
            paths.add(at);
        }
        return paths;
    }

    private StorePermissions inherited(StorePermissions above) {
        return caller.privileged() ? above : above.ownedBy(caller.domid());
    }

    private void removeSubtree(String path) {
        tree.walk(path, (below, node) -> access(below));
        tree.walk(path, (below, node) -> mark(below, Reach.EXACT));
        mark(path, Reach.SUBTREE);
        tree = tree.without(path, generations.getAsLong());
    }

    /** To remove what does not exist is no error, if the node above it exists. */
    private void requireMissing(String path) {
        String nearest = tree.nearest(path);
        access(StorePath.parent(path));
        require(caller.may(Access.WRITE, tree.find(nearest).permissions()), StoreError.EACCES, path);
        require(nearest.equals(StorePath.parent(path)), StoreError.ENOENT, path);
    }

    /** Whether a node exists is told only to whom the nearest existing one above it allows what it wanted. */
    private StoreException absent(String path, Access wanted) {
        boolean told = caller.may(wanted, tree.find(tree.nearest(path)).permissions());
        return new StoreException(told ? StoreError.ENOENT : StoreError.EACCES, path);
    }

    private void access(String path) {
        if (!single && !accessed.contains(path)) {
            require(!exceeds(StoreQuota.TRANSACTION_NODES, accessed.size() + 1L), StoreError.ENOSPC, path);
            hold(path, path.length());
            accessed.add(path);
        }
    }

    private void hold(String path, long bytes) {
        if (!single) {
            caller.hold(path, bytes);
            heldBytes += bytes;
        }
    }

    private void mark(String path, Reach reach) {
        changed.merge(path, reach, (a, b) -> a.compareTo(b) >= 0 ? a : b);
    }

    private boolean exceeds(StoreQuota quota, long amount) {
        return caller.exceeds(quota, amount);
    }

    private static void require(boolean condition, StoreError error, String path) {
        if (!condition) {
            throw new StoreException(error, path);
        }
    }
}
