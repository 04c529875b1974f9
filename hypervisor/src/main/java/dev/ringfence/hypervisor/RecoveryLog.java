// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.hypervisor.RecoveryHistograms.Stage;
import dev.ringfence.hypervisor.control.RecoveryStatus;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.ObjLongConsumer;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;

/**
 * Makes one "recovery" event of each takeover of a driver domain, out of what is learnt of it in any order: the death, who
 * came after it, and one report from each queue. Any thread.
 *
 * <p>An outage begins with the hypervisor's own kill, or when a worker found that it had to die. A death that nobody
 * announced has no time of its own, since a pidfd tells of it later than the kernel hands over the leases: then the outage
 * counts from the hand-over, which is a few tens of microseconds too short.
 */
final class RecoveryLog {
    private static final long PATIENCE_SECONDS = 5;
    private static final int REPORTS_MAX = 4_096;

    private final String domain;
    private final EventLog events;
    private final ObjLongConsumer<String> stalled;
    private final RecoveryHistograms histograms = new RecoveryHistograms();
    private final Map<Integer, List<QueueTakeover>> reports = new HashMap<>();
    private Optional<Fault> fault = Optional.empty();
    private Optional<Successor> successor = Optional.empty();
    private long lastNanos = System.nanoTime();

    /**
     * A death whose recovery is not complete.
     *
     * @param by who knew of it first: "kill", "driver"; or "lease", and the time doesn't count
     * @param queues how many were served then
     */
    private record Fault(String by, long nanos, int queues) {}

    private record Successor(int process, long pid, int incarnation) {}

    /** @param stalled told of each connection by its name, and for how many nanoseconds it had no answers */
    RecoveryLog(String domain, EventLog events, ObjLongConsumer<String> stalled) {
        this.domain = domain;
        this.events = events;
        this.stalled = stalled;
    }

    RecoveryStatus status() {
        return histograms.status();
    }

    /** The owner is dead. If it had not recovered from an earlier death yet, that one's outage goes on. */
    void died(DomainProcess owner, List<Connection> connections) {
        int queues = connections.stream()
                .mapToInt(connection -> connection.spec().queues().size())
                .sum();
        LongStream told = connections.stream().flatMapToLong(Connection::faultNanos);
        died(owner.number(), queues, owner.killedNanos(), told);
    }

    /**
     * @param killedNanos when the hypervisor killed it, or 0
     * @param told when each queue's worker last said that it had to die, in this life or an earlier one, or 0
     */
    synchronized void died(int owner, int queues, long killedNanos, LongStream told) {
        // The first to die of those that do so now.
        OptionalLong toldNanos = told.filter(nanos -> nanos - lastNanos > 0).min();
        reports.remove(owner);
        successor = Optional.empty();
        if (queues == 0) {
            fault = Optional.empty(); // nobody was served, so nobody waits
        } else if (fault.isPresent()) {
            fault = Optional.of(new Fault(fault.get().by(), fault.get().nanos(), queues));
        } else if (killedNanos != 0) {
            fault = Optional.of(new Fault("kill", killedNanos, queues));
        } else if (toldNanos.isPresent()) {
            fault = Optional.of(new Fault("driver", toldNanos.getAsLong(), queues));
        } else {
            fault = Optional.of(new Fault("lease", Long.MAX_VALUE, queues));
        }
    }

    /** This process has the leases, or is about to get them. */
    void succeeds(DomainProcess process, int incarnation) {
        succeeds(process.number(), process.pid(), incarnation);
    }

    synchronized void succeeds(int process, long pid, int incarnation) {
        successor = Optional.of(new Successor(process, pid, incarnation));
        complete(false);
        if (fault.isPresent()) {
            CompletableFuture.delayedExecutor(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .execute(() -> giveUp(process));
        }
    }

    /** One queue's part of a takeover; it may come before we know that anybody is dead. */
    synchronized void reported(int process, QueueTakeover takeover) {
        List<QueueTakeover> known = reports.computeIfAbsent(process, number -> new ArrayList<>());
        if (known.size() < REPORTS_MAX) {
            known.add(takeover);
        }
        complete(false);
    }

    /** A queue whose guest left meanwhile never reports. */
    synchronized void giveUp(int process) {
        if (successor.filter(current -> current.process() == process).isPresent()) {
            complete(true);
        }
    }

    private void complete(boolean withWhatThereIs) {
        if (fault.isEmpty() || successor.isEmpty()) {
            return;
        }
        List<QueueTakeover> queues = reports.getOrDefault(successor.get().process(), List.of());
        if (queues.size() >= fault.get().queues() || withWhatThereIs) {
            if (!queues.isEmpty()) {
                recovered(fault.get(), successor.get(), queues);
            }
            reports.remove(successor.get().process());
            fault = Optional.empty();
            successor = Optional.empty();
            lastNanos = System.nanoTime();
        }
    }

    private void recovered(Fault death, Successor heir, List<QueueTakeover> queues) {
        long firstHeld =
                queues.stream().mapToLong(QueueTakeover::heldNanos).min().orElseThrow();
        boolean known = firstHeld - death.nanos() > 0;
        long begin = known ? death.nanos() : firstHeld;
        Map<Stage, Long> nanos = new EnumMap<>(Stage.class);
        nanos.put(Stage.LEASE, worst(queues, QueueTakeover::heldNanos) - begin);
        nanos.put(Stage.SETTLE, worst(queues, QueueTakeover::settleNanos));
        nanos.put(Stage.REPLAY, worst(queues, QueueTakeover::replayNanos));
        nanos.put(Stage.ANSWER, worst(queues, QueueTakeover::answerNanos));
        nanos.put(Stage.OUTAGE, worst(queues, QueueTakeover::servedNanos) - begin);
        long replayed = sum(queues, QueueTakeover::replayed);
        histograms.add(nanos, replayed);
        Map<String, Long> outages = new LinkedHashMap<>();
        queues.forEach(queue -> outages.merge(queue.connection(), queue.servedNanos() - begin, Math::max));
        outages.forEach((connection, outage) -> stalled.accept(connection, Math.max(0, outage)));
        Map<String, Object> detail = new LinkedHashMap<>();
        detail.put("incarnation", heir.incarnation());
        detail.put("queues", queues.size());
        detail.put("answeredFromJournal", sum(queues, QueueTakeover::answered));
        detail.put("replayed", replayed);
        detail.put("replayedStarted", sum(queues, QueueTakeover::started));
        detail.put("faultBy", known ? death.by() : "lease");
        nanos.forEach((stage, value) -> detail.put(stage.word() + "Micros", value / 1_000));
        events.add("recovery", domain, "pid " + heir.pid(), detail);
    }

    private static long worst(List<QueueTakeover> queues, ToLongFunction<QueueTakeover> figure) {
        return queues.stream().mapToLong(figure).max().orElseThrow();
    }

    private static long sum(List<QueueTakeover> queues, ToLongFunction<QueueTakeover> figure) {
        return queues.stream().mapToLong(figure).sum();
    }
}
