// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/**
 * All nodes, as they were at one instant. Nothing in it changes, so that a transaction's snapshot is a reference, and a
 * change that is refused halfway leaves no trace.
 */
final class StoreTree {
    /** The generation of a node that does not exist. */
    static final long ABSENT = -1;

    private final StoreNode root;
    private final Map<Integer, Integer> nodesByOwner;

    private StoreTree(StoreNode root, Map<Integer, Integer> nodesByOwner) {
        this.root = root;
        this.nodesByOwner = nodesByOwner;
    }

    /** A tree of a root alone, which belongs to Domain 0 and which nobody else may read. */
    static StoreTree empty() {
        StorePermissions permissions = StorePermissions.owner(0, StorePermissions.Access.NONE);
        return new StoreTree(StoreNode.empty(permissions, 0), Map.of(0, 1));
    }

    /** The node, or null if there is none. */
    StoreNode find(String path) {
        StoreNode node = root;
        int start = 1;
        while (node != null && start < path.length()) {
            int slash = path.indexOf('/', start);
            int end = slash < 0 ? path.length() : slash;
            node = node.children().get(path.substring(start, end));
            start = end + 1;
        }
        return node;
    }

    boolean contains(String path) {
        return find(path) != null;
    }

    long generation(String path) {
        StoreNode node = find(path);
        return node == null ? ABSENT : node.generation();
    }

    int nodesOwnedBy(int domid) {
        return nodesByOwner.getOrDefault(domid, 0);
    }

    /** The path of the node itself or, while there is none, of the nearest one above it. */
    String nearest(String path) {
        String at = path;
        while (!contains(at)) {
            at = StorePath.parent(at);
        }
        return at;
    }

    /**
     * The tree with a node changed. The node and those missing above it are created first, empty, each with what it
     * inherits from the permissions of the node above.
     */
    StoreTree with(
            String path, UnaryOperator<StoreNode> change, UnaryOperator<StorePermissions> inherit, long generation) {
        String[] names = names(path);
        StoreNode[] chain = chain(names);
        Map<Integer, Integer> owners = new HashMap<>(nodesByOwner);
        for (int level = 1; level <= names.length; level++) {
            if (chain[level] == null) {
                chain[level] = StoreNode.empty(inherit.apply(chain[level - 1].permissions()), generation);
                owners.merge(chain[level].permissions().owner(), 1, Integer::sum);
            }
        }
        int ownerBefore = chain[names.length].permissions().owner();
        chain[names.length] = change.apply(chain[names.length]);
        owners.merge(ownerBefore, -1, Integer::sum);
        owners.merge(chain[names.length].permissions().owner(), 1, Integer::sum);
        return rebuilt(names, chain, names.length, owners, generation);
    }

    /** The tree without a node and all below it; the node exists and is not the root. */
    StoreTree without(String path, long generation) {
        String[] names = names(path);
        StoreNode[] chain = chain(names);
        Map<Integer, Integer> owners = new HashMap<>(nodesByOwner);
        walk(path, (below, node) -> owners.merge(node.permissions().owner(), -1, Integer::sum));
        int parent = names.length - 1;
        chain[parent] = chain[parent].withoutChild(names[parent], generation);
        return rebuilt(names, chain, parent, owners, generation);
    }

    /** Shows a node and all below it, each before its children. */
    void walk(String path, BiConsumer<String, StoreNode> visitor) {
        Deque<Map.Entry<String, StoreNode>> pending = new ArrayDeque<>();
        pending.push(Map.entry(path, find(path)));
        while (!pending.isEmpty()) { // no recursion: a tree can be deeper than a stack
            String at = pending.peek().getKey();
            StoreNode node = pending.pop().getValue();
            visitor.accept(at, node);
            node.children().forEach((name, child) -> pending.push(Map.entry(StorePath.child(at, name), child)));
        }
    }

    private static StoreTree rebuilt(
            String[] names, StoreNode[] chain, int lowest, Map<Integer, Integer> owners, long generation) {
        StoreNode node = chain[lowest];
        for (int level = lowest - 1; level >= 0; level--) {
            node = chain[level].withChild(names[level], node, generation);
        }
        owners.values().removeIf(count -> count == 0);
        return new StoreTree(node, owners);
    }

    private static String[] names(String path) {
        return path.equals(StorePath.ROOT) ? new String[0] : path.substring(1).split("/");
    }

    /** The nodes from the root down to the last name, null where there is none. */
    private StoreNode[] chain(String[] names) {
        StoreNode[] chain = new StoreNode[names.length + 1];
        chain[0] = root;
        for (int level = 0; level < names.length && chain[level] != null; level++) {
            chain[level + 1] = chain[level].children().get(names[level]);
        }
        return chain;
    }
}
