// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.domain.Message;
import dev.ringfence.hypervisor.control.ControlException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A process that holds a driver domain's leases or waits for them, and the threads it does that with. */
final class Claimant {
    private static final long ATTACH_MILLIS = 10_000;
    private static final long OWNERSHIP_SECONDS = 10;

    private final DomainProcess process;
    private final int generation;
    /** By connection. */
    private final Map<Integer, List<Integer>> workers = new ConcurrentHashMap<>();
    /** Those of the workers that may be real-time, as we count threads; by connection. */
    private final Map<Integer, List<Long>> seated = new ConcurrentHashMap<>();

    private int lineThread;
    /** As it was last said; by an earlier hypervisor, when it was not said yet. */
    private volatile Optional<Boolean> urgent = Optional.empty();

    Claimant(DomainProcess process, int generation) {
        this.process = process;
        this.generation = generation;
    }

    /** Which version of the driver it runs: later ones have higher numbers. */
    int generation() {
        return generation;
    }

    DomainProcess process() {
        return process;
    }

    int number() {
        return process.number();
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Makes it wait for a connection's leases, or serve it. False when it did not say in time that it does. */
    boolean attach(Connection connection, long patienceMillis) {
        if (workers.containsKey(connection.number())) {
            return true;
        }
        if (connection.attach(process, patienceMillis) instanceof Message.Attached attached) {
            workers.put(connection.number(), attached.threads());
            seated.put(
                    connection.number(),
                    Processors.host().seat(process, connection.spec().name(), attached.threads()));
            if (urgent.orElse(false)) {
                Processors.host().realTime(process, seated.get(connection.number()));
            }
            return true;
        }
        return false;
    }

    /** Runs before everything else from now on, or as everything else does, as far as it is given to us to decide. */
    synchronized void urgent(boolean wanted) {
        if (!urgent.equals(Optional.of(wanted))) {
            urgent = Optional.of(wanted);
            for (List<Long> threads : seated.values()) {
                if (wanted) {
                    Processors.host().realTime(process, threads);
                } else {
                    Processors.ordinary(threads);
                }
            }
        }
    }

    /**
     * Makes the owner serve a new connection; returns once it does, or is gone.
     *
     * @throws ControlException when it does not, and is killed for it
     */
    void serve(Connection connection) {
        if (!attach(connection, ATTACH_MILLIS) || !await(() -> connection.isOwnedBy(process) || !process.isAlive())) {
            process.kill(KillReason.STUCK);
            throw new ControlException(500, "the driver did not take its leases");
        }
    }

    private static boolean await(BooleanSupplier condition) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(OWNERSHIP_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - until > 0) {
                return false;
            }
            LockSupport.parkNanos(100_000);
        }
        return true;
    }

    /** It got stuck before it was in line; or it is dead already, of a request that kills everybody who replays it. */
    ControlException discard() {
        boolean alive = process.isAlive();
        process.kill(KillReason.STUCK);
        return new ControlException(500, "pid " + pid() + (alive ? " got stuck" : " died") + " before it served");
    }

    /** Ends it for good; returns once it is gone. */
    void end() {
        process.expectEnd();
        process.kill(KillReason.SHUTDOWN);
        process.pidfd().awaitDeath(-1);
    }

    /** Ends what it attached of connections that are not among these. */
    void retain(Collection<Connection> open) {
        List<Integer> numbers = open.stream().map(Connection::number).toList();
        workers.keySet().stream().filter(number -> !numbers.contains(number)).forEach(this::forget);
    }

    /** A connection has ended. A worker that waits for its lease learns of it there, others have to be told. */
    void forget(int connection) {
        seated.remove(connection);
        if (workers.remove(connection) != null) {
            process.send(new Message.Detach(connection));
        }
    }

    /** Lets it step into line, all connections being attached. False when it did not say in time that it does. */
    boolean joinLine(long patienceMillis) {
        Message answer = process.call(new Message.AllAttached(), List.of(), patienceMillis);
        if (answer instanceof Message.InLine joined) {
            lineThread = joined.thread();
            return true;
        }
        return false;
    }

    /** All threads of it that may hold a lease, as its namespace counts. */
    List<Integer> threads() {
        List<Integer> threads = new ArrayList<>();
        workers.values().forEach(threads::addAll);
        threads.add(lineThread);
        return threads;
    }
}
