// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Random transactions and single requests, interleaved, against a model that is a plain map. A commit that succeeds
 * must mean that all its requests, done at that instant, would have had the results they had; one that fails, that
 * something it read or wrote has changed.
 */
class TransactionModelTest {
    private static final int STEPS = 20_000;

    private final XenStore store = new XenStore();
    private final StoreClient client = new StoreClient(new LocalStoreTransport(store, 0));
    private final Model live = new Model();
    private final List<Pair> open = new ArrayList<>();
    private int commits;
    private int conflicts;

    /** One operation and what it gave. */
    private record Step(int kind, String path, String value, String result) {}

    /** The same transaction in the store and in the model. */
    private static final class Pair {
        final StoreTransaction transaction;
        final Model model;
        final long begun;
        final Set<String> accessed = new HashSet<>();
        final List<Step> steps = new ArrayList<>();

        Pair(StoreTransaction transaction, Model model, long begun) {
            this.transaction = transaction;
            this.model = model;
            this.begun = begun;
        }
    }

    /** Paths and values, and when each node last changed. */
    private static final class Model {
        final TreeMap<String, String> nodes = new TreeMap<>(Map.of("/", ""));
        final Map<String, Long> changes = new HashMap<>();
        long clock;

        Model copy() {
            Model copy = new Model();
            copy.nodes.putAll(nodes);
            return copy;
        }

        String apply(int kind, String path, String value) {
            clock++;
            return switch (kind) {
                case 0 -> String.valueOf(nodes.get(path));
                case 1 -> children(path).toString();
                case 2 -> write(path, value);
                case 3 -> nodes.containsKey(path) ? "" : write(path, "");
                default -> remove(path);
            };
        }

        /** What an operation reads or writes, as the store sees it. */
        Set<String> accessed(int kind, String path) {
            Set<String> accessed = new HashSet<>(Set.of(path));
            if (kind == 2 || kind == 3) {
                String at = path;
                while (!nodes.containsKey(at)) {
                    at = StorePath.parent(at);
                    accessed.add(at);
                }
            } else if (kind == 4) {
                Set<String> gone = subtree(path);
                accessed.addAll(gone.isEmpty() ? Set.of(StorePath.parent(path)) : gone);
            }
            return accessed;
        }

        private String write(String path, String value) {
            String at = path;
            while (!nodes.containsKey(at)) {
                nodes.put(at, "");
                changes.put(at, clock);
                at = StorePath.parent(at);
                changes.put(at, clock);
            }
            nodes.put(path, value);
            changes.put(path, clock);
            return "";
        }

        private String remove(String path) {
            if (nodes.containsKey(path)) {
                changes.put(StorePath.parent(path), clock);
            }
            for (String gone : subtree(path)) {
                nodes.remove(gone);
                changes.put(gone, clock);
            }
            return "";
        }

        private Set<String> subtree(String path) {
            Set<String> subtree = new TreeSet<>();
            nodes.keySet().stream()
                    .filter(other -> other.equals(path) || other.startsWith(path + "/"))
                    .forEach(subtree::add);
            return subtree;
        }

        private List<String> children(String path) {
            return nodes.keySet().stream()
                    .filter(other ->
                            !other.equals("/") && StorePath.parent(other).equals(path))
                    .map(other -> other.substring(other.lastIndexOf('/') + 1))
                    .toList();
        }
    }

    @Test
    void behavesLikeTheModel() {
        long seed = Long.getLong("store.seed", new Random().nextLong());
        System.out.println("TransactionModelTest: store.seed=" + seed);
        Random random = new Random(seed);
        for (int step = 0; step < STEPS; step++) {
            String where = "seed " + seed + ", step " + step;
            int choice = random.nextInt(20);
            if (choice < 3 && open.size() < 5) {
                begin();
            } else if (choice < 6 && !open.isEmpty()) {
                end(open.remove(random.nextInt(open.size())), random.nextInt(5) > 0, where);
            } else if (choice < 8 || open.isEmpty()) {
                single(random, where);
            } else {
                inTransaction(open.get(random.nextInt(open.size())), random, where);
            }
        }
        assertThat(commits).as("commits").isGreaterThan(500);
        assertThat(conflicts).as("conflicts").isGreaterThan(500);
    }

    private void begin() {
        StoreMessage reply = client.call(StoreMessageType.TRANSACTION_START, "start", StoreMessage.strings(""));
        StoreTransaction transaction = new StoreTransaction(client, Integer.parseInt(reply.text()), 0);
        open.add(new Pair(transaction, live.copy(), live.clock));
    }

    private void single(Random random, String where) {
        int kind = random.nextInt(5);
        String path = path(random);
        String value = value(random);
        assertThat(apply(client, kind, path, value)).as(where).isEqualTo(live.apply(kind, path, value));
    }

    private void inTransaction(Pair pair, Random random, String where) {
        int kind = random.nextInt(8) < 4 ? random.nextInt(2) : 2 + random.nextInt(3);
        String path = path(random);
        String value = value(random);
        pair.accessed.addAll(pair.model.accessed(kind, path));
        String result = apply(pair.transaction, kind, path, value);
        assertThat(result).as(where).isEqualTo(pair.model.apply(kind, path, value));
        pair.steps.add(new Step(kind, path, value, result));
    }

    private void end(Pair pair, boolean commit, String where) {
        if (!commit) {
            pair.transaction.abort(new IllegalStateException());
        } else if (pair.transaction.commit()) {
            commits++;
            for (Step step : pair.steps) {
                assertThat(live.apply(step.kind, step.path, step.value))
                        .as("%s: %s", where, step)
                        .isEqualTo(step.result);
            }
        } else {
            conflicts++;
            assertThat(pair.accessed).as(where).anyMatch(path -> live.changes.getOrDefault(path, 0L) > pair.begun);
        }
        assertThat(dump("/", new TreeMap<>())).as(where).isEqualTo(live.nodes);
    }

    private Map<String, String> dump(String path, Map<String, String> nodes) {
        nodes.put(path, client.read(path).orElseThrow());
        client.directory(path).forEach(name -> dump(StorePath.child(path, name), nodes));
        return nodes;
    }

    private static String apply(StoreAccess access, int kind, String path, String value) {
        switch (kind) {
            case 0:
                return access.read(path).orElse("null");
            case 1:
                return access.directory(path).toString();
            case 2:
                access.write(path, value);
                return "";
            case 3:
                access.mkdir(path);
                return "";
            default:
                access.remove(path);
                return "";
        }
    }

    private static String path(Random random) {
        StringBuilder path = new StringBuilder();
        for (int depth = 1 + random.nextInt(3); depth > 0; depth--) {
            path.append('/').append((char) ('a' + random.nextInt(5)));
        }
        return path.toString();
    }

    private static String value(Random random) {
        return Integer.toString(random.nextInt(100));
    }
}
