// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.domain.Message;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.ring.SuccessionRegion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The processes of a driver domain that stand by, and the memory of their line of succession. The order among them is the
 * kernel's; we read it where we need it.
 */
final class Standbys implements AutoCloseable {
    /** What a guest that connects waits for each of them at most. */
    private static final long ATTACH_MILLIS = 1_000;

    private static final long JOIN_MILLIS = 3_000;

    private final List<Claimant> waiting = new ArrayList<>();
    private final SharedMemory memory;
    private final SuccessionRegion region;
    private boolean closed;

    /** @param memory of the domain's line of succession */
    Standbys(SharedMemory memory) {
        this.memory = memory;
        this.region = new SuccessionRegion(memory.window());
    }

    /** Memory of a line in which nobody stands yet. */
    static SharedMemory newLine(String domain) {
        SharedMemory memory = SharedMemory.create("ringfence-succession-" + domain, SuccessionRegion.BYTES);
        new SuccessionRegion(memory.window()).initialise();
        return memory;
    }

    /** What a new process is told first. */
    void introduce(DomainProcess process) {
        Descriptor descriptor = memory.descriptor();
        process.send(new Message.OpenSuccession(), List.of(descriptor));
    }

    /**
     * Notes in the memory of the line that somebody has ordered a process to fail, before it does: its successors then hold its
     * death against no request. Any thread.
     */
    synchronized void order(DomainProcess process) {
        process.commandedToFail();
        if (!closed) {
            region.order(process.number());
        }
    }

    int size() {
        return waiting.size();
    }

    List<Claimant> all() {
        return List.copyOf(waiting);
    }

    void add(Claimant claimant) {
        waiting.add(claimant);
    }

    /** False when it was none of them. */
    boolean remove(DomainProcess process) {
        return waiting.removeIf(claimant -> claimant.process() == process);
    }

    /** Process ids, the heir's first. */
    List<Long> pids() {
        return inOrder().stream().map(Claimant::pid).toList();
    }

    /** Deaths are told of until the very end. */
    private synchronized int heir() {
        return closed ? 0 : region.heir();
    }

    /** The heir first. */
    List<Claimant> inOrder() {
        int heir = heir();
        List<Claimant> ordered = new ArrayList<>(waiting);
        waiting.stream()
                .filter(claimant -> claimant.number() == heir)
                .findFirst()
                .ifPresent(first -> {
                    ordered.remove(first);
                    ordered.add(0, first);
                });
        return ordered;
    }

    /**
     * Attaches a new connection, to the heir first: the next one finds its leases owned, or waited for. One that is stuck
     * never delays a guest for long.
     */
    void attach(Connection connection) {
        for (Claimant claimant : inOrder()) {
            if (!claimant.attach(connection, ATTACH_MILLIS)) {
                claimant.process().kill(KillReason.STUCK);
            }
        }
    }

    /** Lets a process into line that has been attached to what there was when it started. False: it is stuck. */
    static boolean admit(Claimant claimant, Connections connections) {
        claimant.retain(connections.living());
        return connections.living().stream().allMatch(connection -> claimant.attach(connection, ATTACH_MILLIS))
                && claimant.joinLine(JOIN_MILLIS);
    }

    /** Who has inherited from an owner that died, or is about to: the holder of leases, then the heir, then anybody. */
    Optional<Claimant> successor(Connections connections) {
        Optional<Claimant> holder = waiting.stream()
                .filter(claimant -> connections.isOwner(claimant.number()))
                .findFirst();
        return holder.or(() -> inOrder().stream().findFirst());
    }

    /**
     * Two died at once, and what was taken for the owner is still waiting for its turn: it stands by, and whoever holds leases
     * does not any more.
     */
    Optional<Claimant> holderInsteadOf(Claimant supposed, Connections connections) {
        if (connections.isOwner(supposed.number())) {
            return Optional.empty();
        }
        Optional<Claimant> holder = successor(connections).filter(claimant -> connections.isOwner(claimant.number()));
        holder.ifPresent(claimant -> {
            remove(claimant.process());
            add(supposed);
        });
        return holder;
    }

    /** The slow fence for the heir lease: as {@link Connection#handOver}. */
    void handOver(Set<Integer> living, List<Integer> threads) {
        if (!waiting.isEmpty()
                && region.state() != SuccessionRegion.State.PASSED
                && region.state() != SuccessionRegion.State.FRESH
                && !living.contains(region.heir())) {
            region.lease().handOverFromTheDead(threads);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        memory.close();
    }
}
