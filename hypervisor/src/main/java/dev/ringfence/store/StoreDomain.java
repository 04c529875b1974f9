// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

/** What the store knows of one domain, over all its sessions: its rights, and what it holds. Guarded by the lock. */
final class StoreDomain {
    private static final int PRIVILEGED_DOMID = 0;

    private final int domid;
    private final StoreQuotas quotas;
    private int watches;
    private int transactions;
    private long heldBytes;

    StoreDomain(int domid, StoreQuotas quotas) {
        this.domid = domid;
        this.quotas = quotas;
    }

    int domid() {
        return domid;
    }

    boolean privileged() {
        return domid == PRIVILEGED_DOMID;
    }

    boolean may(StorePermissions.Access wanted, StorePermissions permissions) {
        return privileged() || permissions.accessOf(domid).allows(wanted);
    }

    boolean owns(StoreNode node) {
        return privileged() || node.permissions().owner() == domid;
    }

    boolean exceeds(StoreQuota quota, long amount) {
        int limit = quotas.limit(domid, quota);
        return !privileged() && limit != StoreQuotas.UNLIMITED && amount > limit;
    }

    void addWatch(String path, String token) {
        if (exceeds(StoreQuota.WATCHES, watches + 1L)) {
            throw new StoreException(StoreError.ENOSPC, path);
        }
        hold(path, path.length() + token.length());
        watches++;
    }

    void removeWatch(String path, String token) {
        free(path.length() + token.length());
        watches--;
    }

    void addTransaction() {
        if (exceeds(StoreQuota.TRANSACTIONS, transactions + 1L)) {
            throw new StoreException(StoreError.ENOSPC, "transaction");
        }
        transactions++;
    }

    void removeTransaction(long bytesHeld) {
        free(bytesHeld);
        transactions--;
    }

    void hold(String path, long bytes) {
        if (exceeds(StoreQuota.MEMORY, heldBytes + bytes)) {
            throw new StoreException(StoreError.ENOMEM, path);
        }
        heldBytes += bytes;
    }

    void free(long bytes) {
        heldBytes -= bytes;
    }
}
