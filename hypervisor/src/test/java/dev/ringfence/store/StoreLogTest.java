// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringfence.memory.SharedMemory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A store survives its process by its log. */
final class StoreLogTest {
    private final List<SharedMemory> memories = new ArrayList<>();
    private final XenStore store = new XenStore(StoreLog.create(memories::add));
    private final StoreClient client = new StoreClient(new LocalStoreTransport(store, 0));

    @AfterEach
    void close() {
        memories.forEach(SharedMemory::close);
    }

    /** What a successor would find that gets the memory at this very instant. */
    private XenStore successor() {
        SharedMemory memory = memories.get(memories.size() - 1);
        SharedMemory copy = SharedMemory.open(memory.descriptor().duplicate());
        memories.add(0, copy);
        return new XenStore(StoreLog.open(copy, moved -> {}));
    }

    private static Map<String, String> contents(XenStore store) {
        Map<String, String> contents = new LinkedHashMap<>();
        try (StoreClient reader = new StoreClient(new LocalStoreTransport(store, 0))) {
            collect(reader, "/", contents);
        }
        return contents;
    }

    private static void collect(StoreClient reader, String path, Map<String, String> contents) {
        contents.put(path, reader.read(path).orElseThrow() + " " + reader.permissions(path));
        for (String child : reader.directory(path)) {
            collect(reader, path.equals("/") ? "/" + child : path + "/" + child, contents);
        }
    }

    @Test
    void whateverIsDoneIsThereForASuccessor() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 150; round++) {
            String path = "/" + random.nextInt(4) + "/" + random.nextInt(4) + "/" + random.nextInt(4);
            switch (random.nextInt(5)) {
                case 0 -> client.remove("/" + random.nextInt(4));
                case 1 ->
                    client.transaction(transaction -> {
                        transaction.write(path, "a");
                        transaction.write(path + "/below", "b");
                        return null;
                    });
                case 2 -> {
                    client.mkdir(path);
                    client.setPermissions(
                            path,
                            StorePermissions.owner(random.nextInt(3), StorePermissions.Access.READ)
                                    .with(7, StorePermissions.Access.BOTH));
                }
                default -> client.write(path, "x".repeat(random.nextInt(1500)));
            }
            assertThat(contents(successor()))
                    .as("seed=%d round=%d", seed, round)
                    .isEqualTo(contents(store));
        }
    }

    @Test
    void domainsTheirRightsAndTheirLimitsAreThereToo() {
        store.introduceDomain(5);
        store.introduceDomain(6);
        client.mkdir("/local/domain/5");
        client.setPermissions("/local/domain/5", StorePermissions.owner(5, StorePermissions.Access.NONE));
        client.mkdir("/local/domain/6");
        client.setPermissions("/local/domain/6", StorePermissions.owner(6, StorePermissions.Access.NONE));
        client.setPermissions("@releaseDomain", StorePermissions.owner(0, StorePermissions.Access.READ));
        store.exclusively(() -> {
            store.limit(StoreChanges.EVERY_DOMAIN, StoreQuota.WATCHES, 3);
            store.limit(5, StoreQuota.WATCHES, 4);
            store.limit(6, StoreQuota.WATCHES, 5);
            return null;
        });
        store.releaseDomain(6);

        XenStore successor = successor();

        assertThat(successor.isIntroduced(5)).isTrue();
        assertThat(successor.isIntroduced(6)).isFalse();
        assertThat(contents(successor)).isEqualTo(contents(store)).doesNotContainKey("/local/domain/6");
        assertThat(successor.specialPermissions("@releaseDomain").toString()).isEqualTo("r0");
        assertThat(successor.quotas().limit(5, StoreQuota.WATCHES)).isEqualTo(4);
        assertThat(successor.quotas().limit(6, StoreQuota.WATCHES)).isEqualTo(3);
    }

    @Test
    void aLogThatIsFullIsWrittenAfreshAndGrowsOnlyWithTheTree() {
        for (int i = 0; i < 20_000; i++) {
            client.write("/counter", Integer.toString(i));
        }
        assertThat(memories).hasSize(1);
        for (int i = 0; i < 500; i++) {
            client.write("/many/" + i, "y".repeat(1_000));
        }
        assertThat(memories).hasSizeBetween(2, 5);
        store.introduceDomain(9);

        XenStore successor = successor();

        assertThat(contents(successor)).isEqualTo(contents(store)).hasSize(503).containsEntry("/counter", "19999 n0");
        assertThat(successor.isIntroduced(9)).isTrue();
    }

    @Test
    void memoryThatHoldsNoLogIsRefused() {
        SharedMemory other = SharedMemory.create("ringfence-other", 4096);
        memories.add(other);

        assertThatThrownBy(() -> StoreLog.open(other, moved -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("magic=0");
    }
}
