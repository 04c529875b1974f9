// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringfence.memory.SharedMemory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a client sees of a store that is replaced by another one with the same tree: nothing. */
@Timeout(30)
final class StoreRestartTest {
    private final List<SharedMemory> memories = new CopyOnWriteArrayList<>();
    private final Replaced transport = new Replaced();
    private final StoreClient client = new StoreClient(transport);
    private final List<String> events = new CopyOnWriteArrayList<>();

    /** The way to a store that can be gone for a while: what is sent meanwhile is lost. */
    private final class Replaced implements StoreTransport {
        private Consumer<byte[]> receiver = packet -> {};
        private XenStore store = new XenStore(StoreLog.create(memories::add));
        private StoreSession session = store.connect(0, packet -> receiver.accept(packet));
        private Runnable restarted = () -> {};
        private boolean away;
        private boolean mute;

        @Override
        public synchronized void send(byte[] packet) {
            if (!away) {
                session.receive(packet);
            }
        }

        @Override
        public void onPacket(Consumer<byte[]> receiver) {
            this.receiver = packet -> {
                if (!mute) {
                    receiver.accept(packet);
                }
            };
        }

        @Override
        public void onRestart(Runnable listener) {
            restarted = listener;
        }

        @Override
        public synchronized void exclusively(Runnable section) {
            section.run();
        }

        /** It dies before anything that is sent from now on. */
        synchronized void away() {
            away = true;
        }

        /** It dies before it can answer what is sent from now on, but not before it has done it. */
        synchronized void mute() {
            mute = true;
        }

        synchronized void back() {
            SharedMemory memory = memories.get(memories.size() - 1);
            SharedMemory copy = SharedMemory.open(memory.descriptor().duplicate());
            memories.add(0, copy);
            store = new XenStore(StoreLog.open(copy, moved -> {}));
            session = store.connect(0, packet -> receiver.accept(packet));
            away = false;
            mute = false;
            restarted.run();
        }

        @Override
        public void close() {
            session.close();
        }
    }

    @AfterEach
    void close() {
        client.close();
        memories.forEach(SharedMemory::close);
    }

    private CompletableFuture<Void> later(Runnable work) {
        return CompletableFuture.runAsync(work);
    }

    @Test
    void whatIsAskedWhileItIsAwayIsAnsweredWhenItIsBack() {
        transport.away();
        CompletableFuture<Void> write = later(() -> client.write("/a", "1"));
        CompletableFuture<Void> watch = later(() -> client.watch("/a", "t", (path, token) -> events.add(path)));
        await().during(Duration.ofMillis(50)).until(() -> !write.isDone() && !watch.isDone());

        transport.back();

        write.join();
        watch.join();
        assertThat(client.read("/a")).contains("1");
        await().until(() -> !events.isEmpty());
        int before = events.size();
        client.write("/a", "2");
        await().until(() -> events.size() > before);
    }

    @Test
    void whatWasDoneButNotAnsweredIsDoneOnce() {
        client.write("/a", "0");
        transport.mute();
        CompletableFuture<Void> remove = later(() -> client.remove("/a"));
        await().until(() -> transport.store.exclusively(() -> true)
                && !new StoreClient(new LocalStoreTransport(transport.store, 0)).exists("/a"));

        transport.back();

        remove.join();
        assertThat(client.exists("/a")).isFalse();
    }

    @Test
    void watchesAreSetAgainAndTellOfThemselvesOnce() {
        StoreWatch watch = client.watch("/a", "t", (path, token) -> events.add(path));
        await().until(() -> events.size() == 1);
        transport.away();
        transport.back();
        await().until(() -> events.size() == 2);
        client.write("/a/b", "1");
        await().until(() -> events.contains("/a/b"));

        transport.away();
        CompletableFuture<Void> closing = later(watch::close);
        await().during(Duration.ofMillis(50)).until(() -> !closing.isDone());
        transport.back();
        closing.join();
        int before = events.size();
        client.write("/a/b", "2");
        assertThat(client.read("/a/b")).contains("2");
        assertThat(events).hasSize(before);
    }

    @Test
    void aTransactionThatWasUnderWayIsRunAgainFromTheStart() {
        client.write("/n", "1");
        AtomicInteger runs = new AtomicInteger();

        client.transaction(transaction -> {
            int n = Integer.parseInt(transaction.read("/n").orElseThrow());
            transaction.write("/n", Integer.toString(n + 1));
            if (runs.incrementAndGet() == 1) {
                transport.away();
                transport.back();
            }
            transaction.write("/m", "1");
            return null;
        });

        assertThat(runs).hasValue(2);
        assertThat(client.read("/n")).contains("2");
        assertThat(client.read("/m")).contains("1");
    }
}
