// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** The limits in force: one set for all domains, and what was set for one of them. Guarded by the store's lock. */
final class StoreQuotas {
    /** The limit that limits nothing. */
    static final int UNLIMITED = 0;

    private final Map<StoreQuota, Integer> limits = new EnumMap<>(StoreQuota.class);
    private final Map<Integer, Map<StoreQuota, Integer>> limitsByDomain = new HashMap<>();

    StoreQuotas() {
        for (StoreQuota quota : StoreQuota.values()) {
            limits.put(quota, quota.defaultLimit());
        }
    }

    int limit(StoreQuota quota) {
        return limits.get(quota);
    }

    int limit(int domid, StoreQuota quota) {
        return limitsByDomain.getOrDefault(domid, Map.of()).getOrDefault(quota, limit(quota));
    }

    void limit(StoreQuota quota, int limit) {
        limits.put(quota, limit);
    }

    void limit(int domid, StoreQuota quota, int limit) {
        limitsByDomain
                .computeIfAbsent(domid, id -> new EnumMap<>(StoreQuota.class))
                .put(quota, limit);
    }

    /** @param domid whose limit it is, or {@link StoreChanges#EVERY_DOMAIN} */
    void set(int domid, StoreQuota quota, int limit) {
        if (domid == StoreChanges.EVERY_DOMAIN) {
            limit(quota, limit);
        } else {
            limit(domid, quota, limit);
        }
    }

    /** Shows all limits, those for every domain first. */
    void forEach(Visitor visitor) {
        limits.forEach((quota, limit) -> visitor.visit(StoreChanges.EVERY_DOMAIN, quota, limit));
        limitsByDomain.forEach((domid, own) -> own.forEach((quota, limit) -> visitor.visit(domid, quota, limit)));
    }

    interface Visitor {
        void visit(int domid, StoreQuota quota, int limit);
    }

    void forget(int domid) {
        limitsByDomain.remove(domid);
    }
}
