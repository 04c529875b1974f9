// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Lets a driver die after its first ordered store, its second, and so on until it survives; several at a time.
 *
 * <p>Ends with the first run that went wrong.
 */
final class Sweep {
    /** One run, or several, of the experiment with number {@code store}. */
    interface Experiment {
        CrashRun.Result run(Hosts hosts, int store);
    }

    /**
     * What a sweep came to.
     *
     * @param runs by the store that was the last; in the very last of them the driver survived
     */
    record Outcome(ConcurrentSkipListMap<Integer, CrashRun.Result> runs) {
        /** The stores that a driver died after. */
        int stores() {
            return runs.lastKey() - 1;
        }

        /** What went wrong first, in words. */
        Optional<String> violation() {
            return runs.entrySet().stream()
                    .filter(run -> !run.getValue().violations().isEmpty())
                    .findFirst()
                    .map(run -> "after store " + run.getKey() + ": "
                            + String.join("; ", run.getValue().violations()));
        }
    }

    private final Function<Lab, Hosts> hosts;
    private final int lanes;
    private final AtomicInteger next = new AtomicInteger();
    private volatile boolean over;

    private Sweep(Function<Lab, Hosts> hosts, int lanes) {
        this.hosts = hosts;
        this.lanes = lanes;
    }

    /** In one lane, by deaths of threads of processes with these system properties. */
    static Outcome of(Lab lab, Sweeps sweep, long patienceMillis, String... properties) {
        return of(
                lab,
                ignored -> Hosts.threads(lab, properties),
                1,
                (hosts, store) -> sweep.run(lab, hosts, store, patienceMillis));
    }

    static Outcome of(Lab lab, Function<Lab, Hosts> hosts, int lanes, Experiment experiment) {
        return new Sweep(hosts, lanes).run(lab, experiment);
    }

    private Outcome run(Lab lab, Experiment experiment) {
        Outcome outcome = new Outcome(new ConcurrentSkipListMap<>());
        List<CompletableFuture<Void>> running = new ArrayList<>();
        for (int lane = 0; lane < lanes; lane++) {
            running.add(CompletableFuture.runAsync(
                    () -> lane(lab, experiment, outcome), task -> new Thread(task, "lane").start()));
        }
        running.forEach(CompletableFuture::join);
        return outcome;
    }

    private void lane(Lab lab, Experiment experiment, Outcome outcome) {
        try (Hosts own = hosts.apply(lab)) {
            // The first of them is there before any run is measured by its patience.
            own.giveBack(own.take(), true);
            while (!over) {
                int store = next.incrementAndGet();
                CrashRun.Result result = experiment.run(own, store);
                outcome.runs().put(store, result);
                over |= result.deaths() == 0 || !result.violations().isEmpty();
            }
        }
    }
}
