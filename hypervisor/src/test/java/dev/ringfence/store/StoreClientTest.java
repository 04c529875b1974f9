// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ringfence.store.StorePermissions.Access;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StoreClientTest {
    private final XenStore store = new XenStore();
    private final StoreClient client = new StoreClient(new LocalStoreTransport(store, 0));

    @AfterEach
    void close() {
        client.close();
    }

    private static AbstractThrowableAssert<?, ?> assertRefused(StoreError error, ThrowingCallable call) {
        return assertThatThrownBy(call).isInstanceOfSatisfying(StoreException.class, e -> {
            assertThat(e.error()).isEqualTo(error);
            assertThat(e.errno()).isEqualTo(error.name());
        });
    }

    @Test
    void readsAndWrites() {
        client.write("/a/b", "h\u00e9llo");
        client.mkdir("/a/c");
        assertThat(client.read("/a/b")).contains("h\u00e9llo");
        assertThat(client.read("/a/c")).contains("");
        assertThat(client.read("/none")).isEmpty();
        assertThat(client.exists("/a")).isTrue();
        assertThat(client.exists("/none")).isFalse();
        assertThat(client.directory("/a")).containsExactly("b", "c");
        assertThat(client.directory("/none")).isEmpty();
        client.remove("/a");
        client.remove("/none/at/all");
        assertThat(client.exists("/a/b")).isFalse();
    }

    @Test
    void setsPermissions() {
        StorePermissions permissions = StorePermissions.owner(5, Access.NONE).with(6, Access.READ);
        client.write("/a", "1");
        client.setPermissions("/a", permissions);
        assertThat(client.permissions("/a")).isEqualTo(permissions);
        assertRefused(StoreError.ENOENT, () -> client.permissions("/none"));
    }

    @Test
    void tellsWhatWasRefusedAndWhy() {
        try (StoreClient guest = new StoreClient(new LocalStoreTransport(store, 5))) {
            assertRefused(StoreError.EACCES, () -> guest.read("/a")).hasMessage("EACCES: path=/a");
            assertRefused(StoreError.EINVAL, () -> guest.write("/no//path", "1"));
            assertRefused(StoreError.EINVAL, () -> client.write("/a\0b", "1"));
            assertRefused(StoreError.E2BIG, () -> client.write("/a", "x".repeat(4096)));
        }
    }

    @Test
    void listsDirectoriesTooLongForOneMessage() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            names.add(String.format("node-%05d", i));
        }
        names.forEach(name -> client.mkdir("/long/" + name));
        assertThat(client.directory("/long")).isEqualTo(names);
        assertThat(client.<List<String>>transaction(transaction -> transaction.directory("/long")))
                .isEqualTo(names);
    }

    @Test
    void listsALongDirectoryAsItWasAtOneInstantWhileItChanges() {
        for (int i = 0; i < 1000; i++) {
            client.mkdir("/long/node-" + (1000 + i));
        }
        client.mkdir("/long/here");
        // Each listing crosses a change: "here" moves to the other end of the list between two pieces.
        AtomicInteger pieces = new AtomicInteger();
        StoreTransport crossing = new DelegatingTransport(new LocalStoreTransport(store, 0)) {
            @Override
            public void send(byte[] packet) {
                super.send(packet);
                if (packet[0] == StoreMessageType.DIRECTORY_PART.value() && pieces.incrementAndGet() == 1) {
                    client.transaction(transaction -> {
                        transaction.remove("/long/here");
                        transaction.mkdir("/long/there");
                        return null;
                    });
                }
            }
        };
        try (StoreClient reader = new StoreClient(crossing)) {
            assertThat(reader.directory("/long"))
                    .hasSize(1001)
                    .contains("there")
                    .doesNotContain("here");
        }
        assertThat(pieces).hasValueGreaterThan(3);
    }

    @Test
    void tellsAWatchsListenerOfChanges() {
        List<String> events = new CopyOnWriteArrayList<>();
        StoreWatch watch = client.watch("/a", "token", (path, token) -> events.add(path + " " + token));
        await().untilAsserted(() -> assertThat(events).containsExactly("/a token"));
        client.write("/a/b", "1");
        await().untilAsserted(() -> assertThat(events).containsExactly("/a token", "/a/b token"));
        watch.close();
        client.write("/a/c", "1");
        assertThat(events).hasSize(2);
        assertThat(watch.path()).isEqualTo("/a");
        assertThat(watch.token()).isEqualTo("token");
    }

    @Test
    void watchesOfTheSameTokenAreKeptApart() {
        Set<String> events = ConcurrentHashMap.newKeySet();
        client.watch("/a", "same", (path, token) -> events.add("first " + path));
        client.watch("/a/b", "same", (path, token) -> events.add("second " + path));
        client.write("/a/x", "1");
        client.write("/a/b/y", "1");
        await().untilAsserted(() -> assertThat(events)
                .containsExactlyInAnyOrder("first /a", "first /a/x", "first /a/b/y", "second /a/b", "second /a/b/y"));
    }

    @Test
    void aListenerMayCallTheClientAndMayThrow() {
        List<String> values = new CopyOnWriteArrayList<>();
        client.watch("/a", "t", (path, token) -> {
            client.read(path).ifPresent(values::add);
            throw new IllegalStateException("a listener that fails");
        });
        client.write("/a", "1");
        await().untilAsserted(() -> assertThat(values).contains("1"));
        client.write("/a", "2");
        await().untilAsserted(() -> assertThat(values).contains("2"));
    }

    @Test
    void aRefusedWatchLeavesNothingBehind() {
        assertRefused(StoreError.EINVAL, () -> client.watch("/no//path", "t", (path, token) -> {}));
    }

    @Test
    void transactionsOfManyThreadsLoseNoUpdate() throws InterruptedException {
        client.write("/counter", "0");
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 200; i++) {
                    client.transaction(transaction -> {
                        int count =
                                Integer.parseInt(transaction.read("/counter").orElseThrow());
                        transaction.write("/counter", Integer.toString(count + 1));
                        return null;
                    });
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(client.read("/counter")).contains("800");
    }

    @Test
    void aTransactionIsTriedAgainAfterAConflictAndNotForEver() {
        AtomicInteger attempts = new AtomicInteger();
        String result = client.transaction(transaction -> {
            transaction.write("/a", "mine");
            if (attempts.incrementAndGet() < 3) {
                client.write("/a", "theirs");
            }
            return "done";
        });
        assertThat(result).isEqualTo("done");
        assertThat(attempts).hasValue(3);
        assertThat(client.read("/a")).contains("mine");
        assertRefused(
                StoreError.EAGAIN,
                () -> client.transaction(transaction -> {
                    transaction.write("/a", "mine");
                    client.write("/a", "theirs");
                    return null;
                }));
    }

    @Test
    void aTransactionWhoseWorkThrowsHasNoEffectAndIsOverAfterwards() {
        List<StoreTransaction> kept = new ArrayList<>();
        assertThatThrownBy(() -> client.transaction(transaction -> {
                    kept.add(transaction);
                    transaction.write("/a", "1");
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");
        assertThat(client.exists("/a")).isFalse();
        assertThatThrownBy(() -> kept.get(0).read("/a")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void callsFailOnceTheClientOrTheSessionIsClosed() {
        StoreClient guest = new StoreClient(new LocalStoreTransport(store, 5));
        store.introduceDomain(5);
        StoreWatch watch = guest.watch("a", "t", (path, token) -> {});
        store.releaseDomain(5);
        assertRefused(StoreError.ENOTCONN, () -> guest.read("a"));
        watch.close();
        guest.close();
        guest.close();
        assertRefused(StoreError.ENOTCONN, () -> guest.read("a"));
    }

    @Test
    void aCallWithoutReplyEndsByItsTimeout() {
        StoreTransport silent = new DelegatingTransport(new LocalStoreTransport(store, 0)) {
            @Override
            public void send(byte[] packet) {}
        };
        try (StoreClient waiting = new StoreClient(silent, 10)) {
            assertRefused(StoreError.ETIMEDOUT, () -> waiting.read("/a"));
        }
    }

    @Test
    void anInterruptedCallSaysSo() {
        StoreTransport silent = new DelegatingTransport(new LocalStoreTransport(store, 0)) {
            @Override
            public void send(byte[] packet) {}
        };
        try (StoreClient waiting = new StoreClient(silent)) {
            Thread.currentThread().interrupt();
            assertRefused(StoreError.EINTR, () -> waiting.read("/a"));
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void listenersThatFallTooFarBehindCostTheConnection() {
        CountDownLatch release = new CountDownLatch(1);
        client.watch("/", "t", (path, token) -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        int[] writes = {0};
        assertRefused(StoreError.ENOTCONN, () -> {
            while (writes[0]++ < 10_000) {
                client.write("/n" + writes[0] + "x".repeat(1000), "1");
            }
        });
        release.countDown();
    }

    /** A transport to be bent by a test. */
    private static class DelegatingTransport implements StoreTransport {
        private final StoreTransport delegate;

        DelegatingTransport(StoreTransport delegate) {
            this.delegate = delegate;
        }

        @Override
        public void send(byte[] packet) {
            delegate.send(packet);
        }

        @Override
        public void onPacket(Consumer<byte[]> receiver) {
            delegate.onPacket(receiver);
        }

        @Override
        public void onClosed(Runnable listener) {
            delegate.onClosed(listener);
        }

        @Override
        public void close() {
            delegate.close();
        }
    }
}
