// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

/** What can change in a store, told one by one: enough to make another one like it. */
interface StoreChanges {
    /** Stands for all domains, where a limit is meant for one. */
    int EVERY_DOMAIN = -1;

    void node(String path, byte[] value, StorePermissions permissions);

    void gone(String path);

    void introduced(int domid);

    void released(int domid);

    void special(String path, StorePermissions permissions);

    void quota(int domid, StoreQuota quota, int limit);
}
