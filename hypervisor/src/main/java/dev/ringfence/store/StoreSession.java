// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of a domain to the store, made by {@link XenStore#connect}. It speaks whole packets of the XenStore
 * wire protocol. Its watches and transactions end with it.
 *
 * <p>A refused request is answered with an error. A malformed packet, or a reader that fails or falls too far behind,
 * ends this session and no other.
 */
public final class StoreSession implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreSession.class);

    private final XenStore store;
    private final StoreDomain domain;
    private final Outbox outbox;
    private final Runnable flush;
    private final RequestHandler handler;
    private final Map<Integer, TreeTransaction> transactions = new HashMap<>();
    private int lastTransactionId;
    private boolean ended;
    private Runnable endListener = () -> {};

    StoreSession(XenStore store, StoreDomain domain, Consumer<byte[]> reader, Executor executor) {
        this.store = store;
        this.domain = domain;
        this.outbox = new Outbox(reader, executor, failure -> fail("its reader failed: " + failure));
        this.flush = outbox::flush;
        this.handler = new RequestHandler(store, this);
    }

    public int domid() {
        return domain.domid();
    }

    /** Takes one whole packet, header and payload. A session that has ended ignores it. */
    public void receive(byte[] packet) {
        store.exclusively(() -> {
            if (!ended) {
                answer(packet);
            }
            return null;
        });
    }

    public boolean isOpen() {
        return store.exclusively(() -> !ended);
    }

    /** What to run, once, when the session has ended for whatever reason; at once if it has already. */
    public void onEnd(Runnable listener) {
        boolean late = store.exclusively(() -> {
            endListener = listener;
            return ended;
        });
        if (late) {
            listener.run();
        }
    }

    @Override
    public void close() {
        store.exclusively(() -> {
            end();
            return null;
        });
    }

    /** As {@link #end(String)}, but takes the lock itself. */
    void fail(String reason) {
        store.exclusively(() -> {
            end(reason);
            return null;
        });
    }

    // What follows is called under the store's lock.

    StoreDomain domain() {
        return domain;
    }

    void send(StoreMessage message) {
        if (outbox.offer(message)) {
            store.afterwards(flush);
        } else {
            end("its reader is more than " + Outbox.LIMIT_BYTES + " bytes behind");
        }
    }

    /** Ends the session for something its peer did, which is logged. */
    void end(String reason) {
        if (!ended) {
            end();
            store.afterwards(() -> LOG.warn("Closed a store session of domain {}: {}", domid(), reason));
        }
    }

    int startTransaction() {
        domain.addTransaction();
        do {
            lastTransactionId++;
        } while (lastTransactionId == 0 || transactions.containsKey(lastTransactionId));
        transactions.put(lastTransactionId, store.begin(domain));
        return lastTransactionId;
    }

    TreeTransaction transaction(int id) {
        return Optional.ofNullable(transactions.get(id)).orElseThrow(() -> noTransaction(id));
    }

    /** The transaction, which is no longer one of the session's. */
    TreeTransaction endTransaction(int id) {
        TreeTransaction transaction =
                Optional.ofNullable(transactions.remove(id)).orElseThrow(() -> noTransaction(id));
        domain.removeTransaction(transaction.heldBytes());
        return transaction;
    }

    /** Drops all watches and transactions. */
    void reset() {
        store.watches().removeAll(this, watch -> domain.removeWatch(watch.path(), watch.token()));
        transactions.values().forEach(transaction -> domain.removeTransaction(transaction.heldBytes()));
        transactions.clear();
    }

    void end() {
        if (!ended) {
            ended = true;
            reset();
            outbox.close();
            store.forget(this);
            store.afterwards(this::tellEnd);
        }
    }

    private void tellEnd() {
        try {
            endListener.run();
        } catch (RuntimeException e) {
            LOG.error("The end listener of a store session of domain {} failed", domid(), e);
        }
    }

    private void answer(byte[] packet) {
        Optional<StoreMessage> request = StoreMessage.parse(packet);
        if (request.isPresent()) {
            send(reply(request.get()));
        } else {
            end("malformed packet of " + packet.length + " bytes");
        }
    }

    private StoreMessage reply(StoreMessage request) {
        try {
            byte[] answer = handler.handle(request);
            boolean fits = answer.length <= StoreMessage.PAYLOAD_BYTES_MAX;
            return fits ? request.reply(answer) : request.error(StoreError.E2BIG);
        } catch (StoreException e) {
            return request.error(e.error());
        } catch (RuntimeException e) {
            // Our own fault; the tree is as it was, and nobody else's requests need suffer.
            LOG.error("A store request of type {} of domain {} failed", request.type(), domid(), e);
            return request.error(StoreError.EIO);
        }
    }

    private static StoreException noTransaction(int id) {
        return new StoreException(StoreError.ENOENT, "transaction " + Integer.toUnsignedString(id));
    }
}
