// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend;

import dev.ringfence.domain.ConnectionSpec;
import dev.ringfence.domain.QueueSpec;
import dev.ringfence.ring.RingLayout;
import dev.ringfence.store.StoreClient;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads what a front-end published of its rings and channels. All of it is the guest's word: numbers are checked, and what
 * makes no sense is refused with the key's name.
 *
 * <p>One queue uses the flat keys; two or more use {@code queue-N/}, as Xen's io/blkif.h and io/netif.h say.
 */
final class FrontendKeys {
    private static final int MAX_RING_PAGE_ORDER = 4;

    private final StoreClient store;
    private final String frontend;
    private final ServedDevice device;

    FrontendKeys(StoreClient store, String frontend, ServedDevice device) {
        this.store = store;
        this.frontend = frontend;
        this.device = device;
    }

    /** @throws IllegalArgumentException naming the key that makes no sense */
    ConnectionSpec read(String name, String deviceName, boolean readOnly) {
        String protocol = store.read(frontend + "/protocol").orElse("x86_64-abi");
        require(protocol.equals("x86_64-abi"), "protocol", protocol);
        int queues = number("multi-queue-num-queues", 1, 1, device.maxQueues());
        int order = number("ring-page-order", 0, 0, MAX_RING_PAGE_ORDER);
        List<QueueSpec> specs = new ArrayList<>();
        for (int queue = 0; queue < queues; queue++) {
            String prefix = queues == 1 ? "" : "queue-" + queue + "/";
            int channel = number(prefix + "event-channel", -1, 1, Integer.MAX_VALUE);
            specs.add(new QueueSpec(ringRefs(prefix, order), channel));
        }
        int slash = name.indexOf('/');
        return new ConnectionSpec(
                Integer.parseInt(name.substring(0, slash)),
                Integer.parseInt(name.substring(slash + 1)),
                deviceName,
                RingLayout.slotCount((1L << order) * 4096, device.entryBytes()),
                readOnly,
                specs);
    }

    private List<Integer> ringRefs(String prefix, int order) {
        List<Integer> refs = new ArrayList<>();
        if (order == 0 && store.read(frontend + "/" + prefix + "ring-ref").isPresent()) {
            refs.add(number(prefix + "ring-ref", -1, 0, Integer.MAX_VALUE));
            return refs;
        }
        for (int page = 0; page < 1 << order; page++) {
            refs.add(number(prefix + "ring-ref" + page, -1, 0, Integer.MAX_VALUE));
        }
        return refs;
    }

    private int number(String key, int otherwise, int least, int most) {
        String text = store.read(frontend + "/" + key).orElse(Integer.toString(otherwise));
        try {
            int value = Integer.parseInt(text);
            require(value >= least && value <= most, key, text);
            return value;
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(key + "=" + text, e);
        }
    }

    private static void require(boolean holds, String key, String value) {
        if (!holds) {
            throw new IllegalArgumentException(key + "=" + value);
        }
    }
}
