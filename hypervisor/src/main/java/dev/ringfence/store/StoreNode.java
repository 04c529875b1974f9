// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A node of the tree with all below it. Nothing in it changes: a change makes new nodes of the changed one and of those
 * above it. The generation is new whenever the node itself changes: its value, its permissions or its list of children.
 */
record StoreNode(byte[] value, StorePermissions permissions, long generation, SortedMap<String, StoreNode> children) {
    private static final byte[] NO_VALUE = {};

    static StoreNode empty(StorePermissions permissions, long generation) {
        return new StoreNode(NO_VALUE, permissions, generation, Collections.emptySortedMap());
    }

    StoreNode withValue(byte[] newValue, long newGeneration) {
        return new StoreNode(newValue, permissions, newGeneration, children);
    }

    StoreNode withPermissions(StorePermissions newPermissions, long newGeneration) {
        return new StoreNode(value, newPermissions, newGeneration, children);
    }

    /** A child that is new gives this node a new generation, one that merely changed does not. */
    StoreNode withChild(String name, StoreNode child, long newGeneration) {
        SortedMap<String, StoreNode> changed = new TreeMap<>(children);
        boolean added = changed.put(name, child) == null;
        return new StoreNode(value, permissions, added ? newGeneration : generation, changed);
    }

    StoreNode withoutChild(String name, long newGeneration) {
        SortedMap<String, StoreNode> fewer = new TreeMap<>(children);
        fewer.remove(name);
        return new StoreNode(value, permissions, newGeneration, fewer);
    }

    /** What counts against the limit on a node's size: the value and the children's names. */
    int sizeBytes() {
        return value.length
                + children.keySet().stream().mapToInt(name -> name.length() + 1).sum();
    }
}
