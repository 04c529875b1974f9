// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
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
    private static final int TRANSACTION_ATTEMPTS = 100;
    private static final long BACK_OFF_NANOS = 20_000;

    private final StoreTransport transport;
    private final long timeoutMillis;
    private final AtomicInteger lastRequestId = new AtomicInteger();
    private final AtomicInteger lastWatchId = new AtomicInteger();
    /** In the order in which they were sent. */
    private final Map<Integer, Call> calls = new ConcurrentSkipListMap<>();

    private final Map<String, StoreWatch> watches = new ConcurrentHashMap<>();
    private final ExecutorService listenerThread;
    private final Outbox events;
    private volatile boolean closed;
    /** Counts the stores there have been at the other end; guarded by the transport's exclusive section. */
    private int epoch;

    /** Which transaction a request belongs to, if any, and in which epoch that was begun. */
    record Context(int transaction, int epoch) {
        static final Context NONE = new Context(0, 0);
    }

    private record Call(StoreMessage request, CompletableFuture<StoreMessage> reply) {
        boolean is(StoreMessageType type) {
            return request.is(type);
        }
    }

    public StoreClient(StoreTransport transport) {
        this(transport, transport.timeoutMillis());
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
        transport.onRestart(this::restarted);
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
            StoreMessage request = request(path, StoreMessageType.WATCH, 0, StoreMessage.strings(path, wireToken));
            // At once, on the thread that hears the reply: a restart would otherwise not know of it.
            call(request, Context.NONE, path, reply -> watch.set());
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
        for (int tries = 1; tries <= TRANSACTION_ATTEMPTS; tries++) {
            int[] begunIn = new int[1];
            StoreMessage request =
                    request("transaction", StoreMessageType.TRANSACTION_START, 0, StoreMessage.strings(""));
            StoreMessage started = call(request, Context.NONE, "transaction", reply -> begunIn[0] = epoch);
            StoreTransaction transaction =
                    new StoreTransaction(this, Integer.parseUnsignedInt(started.text()), begunIn[0]);
            Attempt<T> attempt = attempt(transaction, work);
            if (attempt.committed()) {
                return attempt.result();
            }
            LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(tries * BACK_OFF_NANOS));
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
        return call(type, Context.NONE, path, payload);
    }

    StoreMessage call(StoreMessageType type, Context context, String path, byte[] payload) {
        return call(request(path, type, context.transaction(), payload), context, path, reply -> {});
    }

    private StoreMessage request(String path, StoreMessageType type, int transaction, byte[] payload) {
        require(path.indexOf('\0') < 0, StoreError.EINVAL, path);
        require(payload.length <= StoreMessage.PAYLOAD_BYTES_MAX, StoreError.E2BIG, path);
        return StoreMessage.of(type, lastRequestId.incrementAndGet(), transaction, payload);
    }

    /** @param onSuccess on the receiving thread, before anything that comes after the reply */
    private StoreMessage call(StoreMessage request, Context context, String path, Consumer<StoreMessage> onSuccess) {
        Call call = new Call(request, new CompletableFuture<>());
        CompletableFuture<StoreMessage> reply = call.reply().thenApply(message -> {
            if (!message.is(StoreMessageType.ERROR)) {
                onSuccess.accept(message);
            }
            return message;
        });
        try {
            transport.exclusively(() -> {
                require(!closed, StoreError.ENOTCONN, path);
                require(context.transaction() == 0 || context.epoch() == epoch, StoreError.EAGAIN, path);
                calls.put(request.requestId(), call);
                transport.send(request.packet());
            });
            StoreMessage message = await(reply, path);
            boolean refused = message.is(StoreMessageType.ERROR);
            require(!refused, refused ? StoreError.named(message.text()) : StoreError.EIO, path);
            return message;
        } finally {
            calls.remove(request.requestId());
        }
    }

    /**
     * Another store with the same tree is there. What was asked outside transactions is asked again, since to do it twice
     * is to do it once; transactions have failed, and their work will be run again; watches are set again, and tell of
     * themselves once, so that no change of the time between is missed.
     */
    private void restarted() {
        epoch++;
        List<Call> pending = List.copyOf(calls.values());
        watches.values().stream().filter(StoreWatch::isSet).forEach(this::setAgain);
        for (Call call : pending) {
            if (call.request().transactionId() != 0) {
                call.reply().complete(call.request().error(StoreError.EAGAIN));
            } else if (call.is(StoreMessageType.UNWATCH)) {
                call.reply().complete(call.request().reply(StoreMessage.strings("OK")));
            } else {
                transport.send(call.request().packet());
            }
        }
    }

    private void setAgain(StoreWatch watch) {
        byte[] payload = StoreMessage.strings(watch.path(), watch.wireToken());
        Call call = new Call(request(watch.path(), StoreMessageType.WATCH, 0, payload), new CompletableFuture<>());
        int id = call.request().requestId();
        call.reply().thenAccept(reply -> {
            calls.remove(id);
            if (reply.is(StoreMessageType.ERROR)) {
                LOG.warn("The watch on {} is lost: {}", watch.path(), reply.text());
            }
        });
        calls.put(id, call);
        transport.send(call.request().packet());
    }

    void unwatch(StoreWatch watch) {
        watches.remove(watch.wireToken());
        if (closed) {
            return;
        }
        try {
            call(StoreMessageType.UNWATCH, watch.path(), StoreMessage.strings(watch.path(), watch.wireToken()));
        } catch (StoreException e) {
            if (e.error() != StoreError.ENOENT) { // which is what a store says that has never heard of it
                throw e;
            }
        }
    }

    /** Not committed when another commit, or the end of the store that began the transaction, came between. */
    private static <T> Attempt<T> attempt(StoreTransaction transaction, Function<StoreTransaction, T> work) {
        T result;
        try {
            result = work.apply(transaction);
        } catch (RuntimeException | Error e) {
            transaction.abort(e);
            if (e instanceof StoreException refused && refused.error() == StoreError.EAGAIN) {
                return new Attempt<>(false, null);
            }
            throw e;
        }
        return new Attempt<>(transaction.commit(), result);
    }

    private record Attempt<T>(boolean committed, T result) {}

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
            Optional.ofNullable(calls.get(message.requestId()))
                    .ifPresent(call -> call.reply().complete(message));
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
        calls.values().forEach(call -> call.reply().completeExceptionally(failure));
        events.close();
        listenerThread.shutdown();
    }

    private static void require(boolean condition, StoreError error, String path) {
        if (!condition) {
            throw new StoreException(error, path);
        }
    }
}
