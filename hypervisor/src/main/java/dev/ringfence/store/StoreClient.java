// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A domain's view of the store over any {@link StoreTransport}. Any thread may call, a watch's listener too; calls wait
 * for the store's reply. A call that failed with {@code ETIMEDOUT}, {@code EINTR} or {@code ENOTCONN} may or may not
 * have had its effect.
 */
public final class StoreClient extends StoreAccess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreClient.class);
    private static final long DEFAULT_TIMEOUT_MILLIS = 5_000;
    private static final int TRANSACTION_ATTEMPTS = 100;
    private static final long BACK_OFF_NANOS = 20_000;

    private final StoreTransport transport;
    private final long timeoutMillis;
    private final AtomicInteger lastRequestId = new AtomicInteger();
    private final AtomicInteger lastWatchId = new AtomicInteger();
    private final Map<Integer, CompletableFuture<StoreMessage>> calls = new ConcurrentHashMap<>();
    private final Map<String, StoreWatch> watches = new ConcurrentHashMap<>();
    private final ExecutorService listenerThread;
    private final Outbox events;
    private volatile boolean closed;

    public StoreClient(StoreTransport transport) {
        this(transport, DEFAULT_TIMEOUT_MILLIS);
    }

    /** The client owns the transport from now on. The timeout is one call's. */
    public StoreClient(StoreTransport transport, long timeoutMillis) {
        this.transport = transport;
        this.timeoutMillis = timeoutMillis;
        listenerThread = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "store-events");
            thread.setDaemon(true);
            return thread;
        });
        events = new Outbox(this::deliver, listenerThread, failure -> LOG.debug("No more events", failure));
        transport.onPacket(this::receive);
        transport.onClosed(this::disconnected);
    }

    /**
     * Watches a node and all below it, or a special path such as {@code "@releaseDomain"}. The listener gets the path
     * that changed and the token: once at once, then whenever something may have changed; several changes may show as
     * one. A path watched as relative is told as relative. All listeners of a client run on one thread.
     */
    public StoreWatch watch(String path, String token, BiConsumer<String, String> listener) {
        String wireToken = lastWatchId.incrementAndGet() + ":" + token;
        StoreWatch watch = new StoreWatch(this, path, token, wireToken, listener);
        watches.put(wireToken, watch);
        try {
            call(StoreMessageType.WATCH, path, StoreMessage.strings(path, wireToken));
        } catch (StoreException e) {
            watches.remove(wireToken);
            throw e;
        }
        return watch;
    }

    /**
     * Runs work whose reads and writes take effect together. It runs again, on a new snapshot, whenever another commit
     * came between; after 100 attempts {@code EAGAIN} is thrown. If the work throws, nothing takes effect.
     */
    public <T> T transaction(Function<StoreTransaction, T> work) {
        for (int attempt = 1; attempt <= TRANSACTION_ATTEMPTS; attempt++) {
            StoreMessage started = call(StoreMessageType.TRANSACTION_START, "transaction", StoreMessage.strings(""));
            StoreTransaction transaction = new StoreTransaction(this, Integer.parseUnsignedInt(started.text()));
            T result = attempt(transaction, work);
            if (transaction.commit()) {
                return result;
            }
            LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(attempt * BACK_OFF_NANOS));
        }
        throw new StoreException(StoreError.EAGAIN, "transaction");
    }

    /** Closes the connection. Calls under way fail with {@code ENOTCONN}. */
    @Override
    public void close() {
        transport.close();
        disconnected();
    }

    @Override
    StoreMessage call(StoreMessageType type, String path, byte[] payload) {
        return call(type, 0, path, payload);
    }

    StoreMessage call(StoreMessageType type, int transactionId, String path, byte[] payload) {
        require(path.indexOf('\0') < 0, StoreError.EINVAL, path);
        require(payload.length <= StoreMessage.PAYLOAD_BYTES_MAX, StoreError.E2BIG, path);
        int requestId = lastRequestId.incrementAndGet();
        CompletableFuture<StoreMessage> reply = new CompletableFuture<>();
        calls.put(requestId, reply);
        try {
            require(!closed, StoreError.ENOTCONN, path);
            transport.send(
                    StoreMessage.of(type, requestId, transactionId, payload).packet());
            StoreMessage message = await(reply, path);
            boolean refused = message.is(StoreMessageType.ERROR);
            require(!refused, refused ? StoreError.named(message.text()) : StoreError.EIO, path);
            return message;
        } finally {
            calls.remove(requestId);
        }
    }

    void unwatch(StoreWatch watch) {
        watches.remove(watch.wireToken());
        if (!closed) {
            call(StoreMessageType.UNWATCH, watch.path(), StoreMessage.strings(watch.path(), watch.wireToken()));
        }
    }

    private static <T> T attempt(StoreTransaction transaction, Function<StoreTransaction, T> work) {
        try {
            return work.apply(transaction);
        } catch (RuntimeException | Error e) {
            transaction.abort(e);
            throw e;
        }
    }

    private StoreMessage await(CompletableFuture<StoreMessage> reply, String path) {
        try {
            return reply.get(timeoutMillis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new StoreException(StoreError.ETIMEDOUT, path);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException(StoreError.EINTR, path);
        } catch (ExecutionException e) {
            throw new StoreException(StoreError.ENOTCONN, path);
        }
    }

    private void receive(byte[] packet) {
        Optional<StoreMessage> parsed = StoreMessage.parse(packet);
        if (parsed.isEmpty()) {
            LOG.warn("Closed a store client: the store sent a malformed packet of {} bytes", packet.length);
            close();
            return;
        }
        StoreMessage message = parsed.get();
        if (message.is(StoreMessageType.WATCH_EVENT)) {
            receiveEvent(message);
        } else {
            Optional.ofNullable(calls.get(message.requestId())).ifPresent(call -> call.complete(message));
        }
    }

    private void receiveEvent(StoreMessage event) {
        if (events.offer(event)) {
            events.flush();
        } else {
            LOG.warn("Closed a store client: its watch listeners are more than {} bytes behind", Outbox.LIMIT_BYTES);
            close();
        }
    }

    private void deliver(byte[] packet) {
        List<String> event = StoreMessage.parse(packet).orElseThrow().strings();
        Optional.ofNullable(event.size() == 2 ? watches.get(event.get(1)) : null)
                .ifPresent(watch -> watch.deliver(event.get(0)));
    }

    private void disconnected() {
        closed = true;
        StoreException failure = new StoreException(StoreError.ENOTCONN, "store");
        calls.values().forEach(call -> call.completeExceptionally(failure));
        events.close();
        listenerThread.shutdown();
    }

    private static void require(boolean condition, StoreError error, String path) {
        if (!condition) {
            throw new StoreException(error, path);
        }
    }
}
