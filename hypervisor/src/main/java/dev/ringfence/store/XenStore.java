// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import dev.ringfence.store.StorePermissions.Access;
import dev.ringfence.store.TreeTransaction.Reach;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The store of one machine: a tree of nodes in which domains find each other, with Xen's semantics. Domains reach it
 * through {@link StoreSession sessions}; what the methods here do is for the hypervisor itself.
 *
 * <p>Any thread may call. One lock guards all state; no session's reader runs under it.
 */
public final class XenStore {
    static final String INTRODUCE_DOMAIN = "@introduceDomain";
    static final String RELEASE_DOMAIN = "@releaseDomain";

    /** Ids from here on have special meanings and name no domain; Xen's DOMID_FIRST_RESERVED. */
    private static final int FIRST_RESERVED_DOMID = 0x7ff0;

    private record Delivery(StoreSession session, StoreMessage event) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final StoreQuotas quotas = new StoreQuotas();
    private final WatchTable watches = new WatchTable();
    private final Map<Integer, StoreDomain> domains = new HashMap<>();
    private final Set<Integer> introduced = new HashSet<>(Set.of(0));
    private final Map<String, StorePermissions> specialPermissions = new HashMap<>();
    private final Set<StoreSession> sessions = new LinkedHashSet<>();
    /** Events of the section under way; they follow the replies that it gives. */
    private final List<Delivery> deliveries = new ArrayList<>();
    /** What to do once the lock is free. */
    private final Set<Runnable> afterwards = new LinkedHashSet<>();

    /** Where changes are written down before they are told, if anywhere. */
    private final Optional<StoreLog> log;
    /** Those of the section under way. */
    private final StoreRecords records = new StoreRecords();

    private StoreTree tree = StoreTree.empty();
    private long generation;

    /** A store that ends with its process. */
    public XenStore() {
        this(Optional.empty());
    }

    /** A store as the log has it, and whose changes are in the log before anybody is told of them. */
    public XenStore(StoreLog log) {
        this(Optional.of(log));
    }

    private XenStore(Optional<StoreLog> log) {
        specialPermissions.put(INTRODUCE_DOMAIN, StorePermissions.owner(0, Access.NONE));
        specialPermissions.put(RELEASE_DOMAIN, StorePermissions.owner(0, Access.NONE));
        this.log = log;
        log.ifPresent(written -> StoreRecords.replay(written.read(), new Restoration()));
    }

    /**
     * Opens a session for a domain whose reader never blocks. The reader gets whole packets, replies and events, one at
     * a time and in order, on whatever thread caused them.
     */
    public StoreSession connect(int domid, Consumer<byte[]> reader) {
        return connect(domid, reader, Runnable::run);
    }

    /**
     * Opens a session for a domain. The executor runs the reader; it needs a thread to spare if the reader may block.
     * When the reader falls a mebibyte behind, or throws, the session is closed.
     */
    public StoreSession connect(int domid, Consumer<byte[]> reader, Executor executor) {
        requireDomid(domid, 0);
        return exclusively(() -> {
            StoreSession session = new StoreSession(this, domain(domid), reader, executor);
            sessions.add(session);
            return session;
        });
    }

    /** Tells the watchers of {@code @introduceDomain} about a domain; false if it was introduced already. */
    public boolean introduceDomain(int domid) {
        requireDomid(domid, 1);
        return exclusively(() -> introduce(domid));
    }

    /**
     * Closes a domain's sessions, removes what it owned in the tree and tells the watchers of {@code @releaseDomain};
     * false if the domain was not introduced. A domain that merely crashed and will be back is not to be released.
     */
    public boolean releaseDomain(int domid) {
        requireDomid(domid, 1);
        return exclusively(() -> release(domid));
    }

    public boolean isIntroduced(int domid) {
        return exclusively(() -> introduced.contains(domid));
    }

    static boolean isDomid(int domid) {
        return domid >= 0 && domid < FIRST_RESERVED_DOMID;
    }

    /** Runs a section under the lock, then, without it, what the section left to do. Sections don't nest. */
    <T> T exclusively(Supplier<T> section) {
        lock.lock();
        try {
            return section.get();
        } finally {
            List<Runnable> work = settle();
            lock.unlock();
            work.forEach(Runnable::run);
        }
    }

    // What follows is called under the lock.

    boolean introduce(int domid) {
        boolean isNew = introduced.add(domid);
        if (isNew) {
            records.introduced(domid);
            fireSpecial(INTRODUCE_DOMAIN, domid);
        }
        return isNew;
    }

    boolean release(int domid) {
        if (!introduced.remove(domid)) {
            return false;
        }
        sessions.stream().filter(session -> session.domid() == domid).toList().forEach(StoreSession::end);
        apply(domain(0), transaction -> {
            transaction.forget(domid);
            return null;
        });
        records.released(domid);
        forget(domid);
        domains.remove(domid);
        fireSpecial(RELEASE_DOMAIN, domid);
        return true;
    }

    private void forget(int domid) {
        specialPermissions.replaceAll((path, permissions) -> permissions.without(domid));
        quotas.forget(domid);
    }

    boolean introduced(int domid) {
        return introduced.contains(domid);
    }

    StoreQuotas quotas() {
        return quotas;
    }

    /** @param domid whose limit it is, or {@link StoreChanges#EVERY_DOMAIN} */
    void limit(int domid, StoreQuota quota, int limit) {
        quotas.set(domid, quota, limit);
        records.quota(domid, quota, limit);
    }

    WatchTable watches() {
        return watches;
    }

    /** The permissions of a special path, which decide who gets its events; null if there is no such path. */
    StorePermissions specialPermissions(String path) {
        return specialPermissions.get(path);
    }

    void specialPermissions(String path, StorePermissions permissions) {
        specialPermissions.put(path, permissions);
        records.special(path, permissions);
    }

    /** Runs one request outside any transaction. */
    <T> T apply(StoreDomain caller, Function<TreeTransaction, T> request) {
        TreeTransaction single = TreeTransaction.single(caller, tree, this::nextGeneration);
        T result = request.apply(single);
        commit(single);
        return result;
    }

    TreeTransaction begin(StoreDomain caller) {
        return TreeTransaction.begin(caller, tree, this::nextGeneration);
    }

    void commit(TreeTransaction transaction) {
        StoreTree before = tree;
        tree = transaction.commit(before);
        transaction.forEachChangedPath(path -> record(path, tree.find(path)));
        transaction.forEachChange((path, reach) -> fire(path, reach, before.find(path), tree.find(path)));
    }

    private void record(String path, StoreNode node) {
        if (node == null) {
            records.gone(path);
        } else {
            records.node(path, node.value(), node.permissions());
        }
    }

    void deliver(StoreSession session, StoreMessage event) {
        deliveries.add(new Delivery(session, event));
    }

    void afterwards(Runnable work) {
        afterwards.add(work);
    }

    void forget(StoreSession session) {
        sessions.remove(session);
    }

    /** Tells those who may read the node, or could before the change. */
    private void fire(String path, Reach reach, StoreNode before, StoreNode after) {
        watches.forEachOn(path, reach, watch -> {
            StoreDomain domain = watch.session().domain();
            if (mayRead(domain, before) || mayRead(domain, after)) {
                deliver(watch.session(), watch.event(path));
            }
        });
    }

    private static boolean mayRead(StoreDomain domain, StoreNode node) {
        return node != null && domain.may(Access.READ, node.permissions());
    }

    /** A watch with a depth, and one on the path with the domain's id, are told of which domain it is. */
    private void fireSpecial(String special, int domid) {
        String withDomid = special + "/" + domid;
        watches.forEachAt(special, watch -> deliverSpecial(special, watch, watch.depth() > 0 ? withDomid : special));
        watches.forEachAt(withDomid, watch -> deliverSpecial(special, watch, withDomid));
    }

    private void deliverSpecial(String special, Watch watch, String path) {
        if (watch.session().domain().may(Access.READ, specialPermissions.get(special))) {
            deliver(watch.session(), watch.event(path));
        }
    }

    private List<Runnable> settle() {
        writeDown();
        for (Delivery delivery : deliveries) {
            delivery.session().send(delivery.event());
        }
        deliveries.clear();
        List<Runnable> work = List.copyOf(afterwards);
        afterwards.clear();
        return work;
    }

    /** Before anybody is told: who has been told must not find it undone. */
    private void writeDown() {
        byte[] changes = records.size() == 0 ? new byte[0] : records.take();
        if (changes.length > 0 && log.isPresent() && !log.get().append(changes)) {
            StoreRecords everything = new StoreRecords();
            tree.walk(StorePath.ROOT, (path, node) -> everything.node(path, node.value(), node.permissions()));
            introduced.stream().filter(domid -> domid != 0).forEach(everything::introduced);
            specialPermissions.forEach(everything::special);
            quotas.forEach(everything::quota);
            log.get().rewrite(everything.take());
        }
    }

    /** Makes this new store what the log says. */
    private final class Restoration implements StoreChanges {
        @Override
        public void node(String path, byte[] value, StorePermissions permissions) {
            tree = tree.with(
                    path,
                    old -> old.withValue(value, nextGeneration()).withPermissions(permissions, generation),
                    UnaryOperator.identity(),
                    generation);
        }

        @Override
        public void gone(String path) {
            if (tree.contains(path)) {
                tree = tree.without(path, nextGeneration());
            }
        }

        @Override
        public void introduced(int domid) {
            introduced.add(domid);
        }

        @Override
        public void released(int domid) {
            introduced.remove(domid);
            forget(domid);
        }

        @Override
        public void special(String path, StorePermissions permissions) {
            specialPermissions.put(path, permissions);
        }

        @Override
        public void quota(int domid, StoreQuota quota, int limit) {
            quotas.set(domid, quota, limit);
        }
    }

    private StoreDomain domain(int domid) {
        return domains.computeIfAbsent(domid, id -> new StoreDomain(id, quotas));
    }

    private long nextGeneration() {
        return ++generation;
    }

    private static void requireDomid(int domid, int lowest) {
        if (!isDomid(domid) || domid < lowest) {
            throw new IllegalArgumentException("domid must be " + lowest + "..32751: domid=" + domid);
        }
    }
}
