// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import dev.ringfence.store.DeviceState;
import dev.ringfence.store.StoreClient;
import dev.ringfence.store.StoreException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** What a guest can do wrong in the store. Every attack says what came of it. */
final class StoreAttacks {
    private static final int TOGGLES = 100;
    private static final int WATCHES = 1_000;
    private static final int THEFTS = 10;

    private final StoreClient store;
    private final String home;

    StoreAttacks(StoreClient store, String home) {
        this.store = store;
        this.home = home;
    }

    /** The disk is connected before and after. */
    String carryOut(String attack, RawDisk disk) throws IOException {
        String outcome =
                switch (attack) {
                    case "ring-ref-no-number" -> disk.connect(flat(disk, "ring-ref", "abc"));
                    case "ring-ref-missing" -> disk.connect(Map.of("event-channel", "1"));
                    case "ring-ref-not-granted" -> disk.connect(flat(disk, "ring-ref", "500"));
                    case "ring-ref-negative" -> disk.connect(flat(disk, "ring-ref", "-1"));
                    case "event-channel-unknown" -> disk.connect(flat(disk, "event-channel", "4711"));
                    case "protocol-unknown" -> disk.connect(flat(disk, "protocol", "arm-abi"));
                    case "ring-too-large" -> disk.connect(flat(disk, "ring-page-order", "5"));
                    case "ring-of-scattered-pages" -> disk.connect(scattered(disk));
                    case "queues-2^32" -> disk.connect(flat(disk, "multi-queue-num-queues", "4294967296"));
                    case "queues-2^32+1" -> disk.connect(flat(disk, "multi-queue-num-queues", "4294967297"));
                    case "queues-none" -> disk.connect(flat(disk, "multi-queue-num-queues", "0"));
                    case "queue-1-missing" -> disk.connect(twoQueues(disk, false));
                    case "queues-share-a-channel" -> disk.connect(twoQueues(disk, true));
                    case "state-toggling" -> toggle(disk);
                    case "close-and-steal-bells" -> closeWithoutBells(disk);
                    case "state-nonsense" -> nonsense(disk);
                    case "others-directory" -> refused(() -> store.write("/local/domain/1/data/mine", "now"));
                    case "back-end-directory" -> refused(() -> store.write(disk.backend() + "/state", "6"));
                    case "path-traversal" -> refused(() -> store.read(home + "/../1/name"));
                    case "oversized-value" -> refused(() -> store.write(home + "/data/big", "x".repeat(4_000)));
                    case "watch-flood" -> refused(this::floodWatches);
                    default -> "no such attack";
                };
        if (disk.state() != DeviceState.CONNECTED) {
            disk.connect();
        }
        return outcome;
    }

    private static Map<String, String> flat(RawDisk disk, String key, String value) {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("ring-ref", Integer.toString(RawDisk.RING_REF));
        keys.put("event-channel", Integer.toString(disk.port()));
        keys.put(key, value);
        return keys;
    }

    private static Map<String, String> scattered(RawDisk disk) {
        return Map.of(
                "ring-page-order",
                "1",
                "ring-ref0",
                Integer.toString(RawDisk.RING_REF),
                "ring-ref1",
                Integer.toString(RawDisk.DATA_REF + 5),
                "event-channel",
                Integer.toString(disk.port()));
    }

    private static Map<String, String> twoQueues(RawDisk disk, boolean second) {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("multi-queue-num-queues", "2");
        keys.put("queue-0/ring-ref", Integer.toString(RawDisk.RING_REF));
        keys.put("queue-0/event-channel", Integer.toString(disk.port()));
        if (second) {
            keys.put("queue-1/ring-ref", Integer.toString(RawDisk.DATA_REF + 31));
            keys.put("queue-1/event-channel", Integer.toString(disk.port()));
        }
        return keys;
    }

    /** Any state at any time, waiting for nobody. */
    private static String toggle(RawDisk disk) {
        Random random = new Random(1);
        DeviceState[] states = DeviceState.values();
        for (int i = 0; i < TOGGLES; i++) {
            disk.write(states[random.nextInt(states.length)]);
        }
        disk.close();
        return "done";
    }

    /** So that the driver sleeps on, if it can be made to. */
    private static String closeWithoutBells(RawDisk disk) throws IOException {
        try (BellThief thief = new BellThief()) {
            for (int i = 0; i < THEFTS; i++) {
                disk.connect();
                disk.close();
            }
            return "done, stolen " + thief.stolen();
        }
    }

    private String nonsense(RawDisk disk) {
        String state = store.read(disk.backend() + "/frontend").orElseThrow() + "/state";
        for (String value : new String[] {"", "99", "-1", "4294967300", "four", "4 ", "\u0001"}) {
            store.write(state, value);
        }
        disk.close();
        return "done";
    }

    private static String refused(Runnable abuse) {
        try {
            abuse.run();
            return "allowed";
        } catch (StoreException e) {
            return e.errno();
        }
    }

    private void floodWatches() {
        for (int i = 0; i < WATCHES; i++) {
            store.watch(home + "/data", "flood" + i, (path, token) -> {});
        }
    }
}
