// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import java.util.Optional;

/** What is limited for every domain but Domain 0: names and values of Xen's store. */
enum StoreQuota {
    /** Nodes that a domain owns. */
    NODES("nodes", 1000),
    WATCHES("watches", 128),
    /** Transactions under way. */
    TRANSACTIONS("transactions", 10),
    /** Nodes that one transaction reads or writes. */
    TRANSACTION_NODES("transaction-nodes", 1024),
    /** Entries in the permissions of one node. */
    NODE_PERMISSIONS("node-permissions", 5),
    /** Bytes of one node's value and its children's names. */
    NODE_SIZE("node-size", 2048),
    /** Bytes held beside the tree: by watches and by what transactions wrote. */
    MEMORY("memory", 2_621_440);

    private final String wireName;
    private final int limit;

    StoreQuota(String wireName, int limit) {
        this.wireName = wireName;
        this.limit = limit;
    }

    String wireName() {
        return wireName;
    }

    int defaultLimit() {
        return limit;
    }

    static Optional<StoreQuota> named(String wireName) {
        for (StoreQuota quota : values()) {
            if (quota.wireName.equals(wireName)) {
                return Optional.of(quota);
            }
        }
        return Optional.empty();
    }
}
