// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend;

import dev.ringfence.domain.QueueSpec;
import dev.ringfence.store.StoreClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads what a front-end published of its rings and channels. All of it is the guest's word: numbers are checked, and what
 * makes no sense is refused with the key's name.
 */
public final class FrontendKeys {
    private final StoreClient store;
    private final String connection;
    private final String frontend;

    /** @param frontend its directory in the store */
    FrontendKeys(StoreClient store, String connection, String frontend) {
        this.store = store;
        this.connection = connection;
        this.frontend = frontend;
    }

    /** The name of the connection that is to be, as {@link dev.ringfence.domain.ConnectionSpec#name}. */
    public String connection() {
        return connection;
    }

    public Optional<String> text(String key) {
        return store.read(frontend + "/" + key);
    }

    /**
     * @param otherwise when there is no such key
     * @throws IllegalArgumentException when it is no number from {@code least} to {@code most}
     */
    public int number(String key, int otherwise, int least, int most) {
        String text = text(key).orElse(Integer.toString(otherwise));
        try {
            int value = Integer.parseInt(text);
            require(value >= least && value <= most, key, text);
            return value;
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(key + "=" + text, e);
        }
    }

    /** How many queues it wants, at most {@code most}. */
    public int queues(int most) {
        return number("multi-queue-num-queues", 1, 1, most);
    }

    /** Stands before a queue's keys: one queue uses the flat ones, two or more {@code queue-N/} (io/blkif.h, io/netif.h). */
    public static String prefix(int queue, int queues) {
        return queues == 1 ? "" : "queue-" + queue + "/";
    }

    /**
     * Queues of one ring each, as blkif publishes them: {@code ring-ref}, or {@code ring-ref0} and on for a ring of several
     * pages, and {@code event-channel}.
     *
     * @param maxPageOrder of the largest ring: 0 for one page
     */
    public List<QueueSpec> rings(int maxQueues, int maxPageOrder) {
        int queues = queues(maxQueues);
        int order = number("ring-page-order", 0, 0, maxPageOrder);
        List<QueueSpec> specs = new ArrayList<>();
        for (int queue = 0; queue < queues; queue++) {
            String prefix = prefix(queue, queues);
            int channel = channel(prefix + "event-channel");
            specs.add(new QueueSpec(ringRefs(prefix, order), channel, false));
        }
        return specs;
    }

    private List<Integer> ringRefs(String prefix, int order) {
        if (order == 0 && text(prefix + "ring-ref").isPresent()) {
            return List.of(gref(prefix + "ring-ref"));
        }
        List<Integer> refs = new ArrayList<>();
        for (int page = 0; page < 1 << order; page++) {
            refs.add(gref(prefix + "ring-ref" + page));
        }
        return refs;
    }

    public int channel(String key) {
        return number(key, -1, 1, Integer.MAX_VALUE);
    }

    public int gref(String key) {
        return number(key, -1, 0, Integer.MAX_VALUE);
    }

    public static void require(boolean holds, String key, String value) {
        if (!holds) {
            throw new IllegalArgumentException(key + "=" + value);
        }
    }
}
