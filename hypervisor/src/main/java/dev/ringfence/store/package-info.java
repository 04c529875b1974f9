// SPDX-License-Identifier: Apache-2.0
/**
 * The store: a small tree of text in which domains find each other, with the semantics and wire protocol of XenStore.
 *
 * <pre>
 *   StoreClient ---- StoreTransport ---- StoreSession ---- XenStore
 *   read, write,     Local: a call       one domain's      one lock
 *   watch,           Socket: UNIX        requests,           StoreTree    nodes, never changed in place
 *   transaction      socket, served      replies and         WatchTable   who is told of what
 *                    by StoreServer      events              StoreQuotas  what a domain may hold
 * </pre>
 *
 * <table>
 * <caption>What holds</caption>
 * <tr><td>rights</td><td>the owner and Domain 0 may do everything, others what the permissions say</td></tr>
 * <tr><td>transactions</td><td>a commit fails with EAGAIN if a node it read or wrote has changed since</td></tr>
 * <tr><td>watches</td><td>told once when set, then of changes once committed, to who may read the node</td></tr>
 * <tr><td>its process dies</td><td>a store with a {@link dev.ringfence.store.StoreLog} comes back as it was; clients ask again</td></tr>
 * <tr><td>peers</td><td>a malformed packet or a reader that falls behind costs that session alone</td></tr>
 * </table>
 *
 * Start reading at {@link dev.ringfence.store.XenStore}.
 */
package dev.ringfence.store;
