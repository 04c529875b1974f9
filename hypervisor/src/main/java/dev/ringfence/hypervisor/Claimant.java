// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.domain.Message;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A process that holds a driver domain's leases or waits for them, and the threads it does that with. */
final class Claimant {
    private final DomainProcess process;
    /** By connection. */
    private final Map<Integer, List<Integer>> workers = new ConcurrentHashMap<>();

    private int lineThread;

    Claimant(DomainProcess process) {
        this.process = process;
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

    /** Makes it wait for a connection's leases, or serve it. False when it did not say in time that it does. */
    boolean attach(Connection connection, long patienceMillis) {
        if (workers.containsKey(connection.number())) {
            return true;
        }
        if (connection.attach(process, patienceMillis) instanceof Message.Attached attached) {
            workers.put(connection.number(), attached.threads());
            return true;
        }
        return false;
    }

    /** Ends what it attached of connections that are not among these. */
    void retain(Collection<Connection> open) {
        List<Integer> numbers = open.stream().map(Connection::number).toList();
        workers.keySet().stream().filter(number -> !numbers.contains(number)).forEach(this::forget);
    }

    /** A connection has ended. A worker that waits for its lease learns of it there, others have to be told. */
    void forget(int connection) {
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
