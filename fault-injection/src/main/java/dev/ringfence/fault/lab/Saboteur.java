// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.memory.CrashPoint;
import dev.ringfence.memory.Processes;
import java.io.Serial;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Inside a driver process: counts the stores of each queue's worker, and lets it meet its {@link Fate}.
 *
 * <p>A worker is known by its thread's name, from its first store on: {@code queue LIFE/0.QUEUE}. So is the thread that reads a
 * switch's uplink, {@code uplink life-LIFE}, which is told when to end as workers are, and unwound, since it holds no lease.
 */
final class Saboteur implements CrashPoint.Watcher {
    private static final long HELD_NANOS = 20_000;
    private static final String DEVICE = "life-";
    private static final String UPLINK = "uplink " + DEVICE;

    private final Stage stage;
    private final Told told;
    private final Set<Integer> faulty = ConcurrentHashMap.newKeySet();
    private final Map<String, Fate> fates = new ConcurrentHashMap<>();
    private final Map<Integer, ProcessFault.Kind> misdeeds = new ConcurrentHashMap<>();
    private final Map<String, Worker> workers = new ConcurrentHashMap<>();
    private final ThreadLocal<Worker> current = ThreadLocal.withInitial(this::worker);

    /** The end of a thread whose life is over. */
    static final class End extends Error {
        @Serial
        private static final long serialVersionUID = 1L;

        private End() {
            super("its life is over", null, false, false);
        }
    }

    private static final class Worker {
        final int life;
        final int queue;
        Fate fate;
        int stores;
        boolean recovered;

        Worker(int life, int queue, Fate fate) {
            this.life = life;
            this.queue = queue;
            this.fate = fate;
        }
    }

    Saboteur(Stage stage, Told told) {
        this.stage = stage;
        this.told = told;
    }

    /** The fates of the queues of a device that one life has for itself: options {@code fate.QUEUE}. */
    void expect(String device, Map<String, String> options) {
        for (int queue = 0; queue < Stage.QUEUES; queue++) {
            fates.put(device + "." + queue, Fate.decode(options.getOrDefault("fate." + queue, Fate.NONE.encode())));
        }
    }

    private Worker worker() {
        String name = Thread.currentThread().getName();
        if (name.startsWith(UPLINK)) {
            int life = Integer.parseInt(name.substring(UPLINK.length()));
            stage.uplink(life, Processes.threadId());
            return new Worker(life, Stage.UPLINK, Fate.NONE);
        }
        if (!name.startsWith("queue ")) {
            return new Worker(0, 0, null);
        }
        int life = Integer.parseInt(name.substring("queue ".length(), name.indexOf('/')));
        int queue = Integer.parseInt(name.substring(name.indexOf('.') + 1));
        String key = device(life) + "." + queue;
        return workers.computeIfAbsent(key, ignored -> new Worker(life, queue, fates.get(key)));
    }

    static String device(int life) {
        return DEVICE + life;
    }

    static int life(String device) {
        return Integer.parseInt(device.substring(DEVICE.length()));
    }

    @Override
    public void stored(boolean ordered) {
        Worker worker = current.get();
        if (worker.fate == null || !ordered && !worker.fate.plainToo()) {
            return;
        }
        if (stage.verdict(worker.life, worker.queue) == Stage.DIE) {
            end(worker);
        }
        if (worker.fate.from() == Fate.From.RECOVERY && !worker.recovered) {
            return;
        }
        worker.stores++;
        stage.stores(worker.life, worker.queue, worker.stores);
        if (worker.stores == worker.fate.store()) {
            stage.met(worker.life, worker.queue);
            meet(worker);
        }
    }

    private static void end(Worker worker) {
        if (worker.queue == Stage.UPLINK) {
            throw new End();
        }
        CrashPoint.exitThread();
    }

    /** One of its workers does what a fault says, at a store: the stores of all its queues are counted in turn. */
    void expect(int life, ProcessFault fault, int queues) {
        spare(life);
        misdeeds.put(life, fault.kind());
        int store = (fault.store() - 1) / queues + 1;
        Fate fate = fault.kind() == ProcessFault.Kind.ZOMBIE
                ? Fate.at(Fate.Action.HOLD, store)
                : Fate.at(Fate.Action.MISDEED, store);
        fates.put(device(life) + "." + (fault.store() - 1) % queues, fate.amongAllStores());
    }

    /** One life has a fault: a worker that ends with an error shall not take its process along. */
    void spare(int life) {
        faulty.add(life);
    }

    @Override
    public boolean buries(Throwable cause) {
        Worker worker = current.get();
        if (!faulty.contains(worker.life)) {
            return false;
        }
        StackTraceElement[] trace = cause.getStackTrace();
        told.tell(worker.life, Told.END, cause + (trace.length == 0 ? "" : " at " + trace[0]));
        stage.end(worker.life, Stage.End.ERROR);
        return true;
    }

    /** By the worker itself, between two turns: one that waits for another queue's sectors comes to no store. */
    void turn() {
        Worker worker = current.get();
        if (stage.verdict(worker.life, worker.queue) == Stage.DIE) {
            CrashPoint.exitThread();
        }
    }

    private void meet(Worker worker) {
        stage.hit(worker.life);
        switch (worker.fate.action()) {
            case KILL -> Processes.killSelf();
            case EXIT -> CrashPoint.exitThread();
            case MISDEED -> Misdeeds.commit(misdeeds.get(worker.life));
            default -> hold(worker);
        }
    }

    private void hold(Worker worker) {
        while (stage.verdict(worker.life, worker.queue) == Stage.NONE) {
            LockSupport.parkNanos(HELD_NANOS);
        }
        if (stage.verdict(worker.life, worker.queue) == Stage.DIE) {
            CrashPoint.exitThread();
        }
    }

    /** By the worker itself: its takeover is over. */
    void recovered() {
        Worker worker = current.get();
        worker.recovered = true;
        stage.recovered(worker.life, worker.queue, Math.max(worker.stores, 1));
        if (worker.fate.from() == Fate.From.LEASE_TO_RECOVERY) {
            worker.fate = Fate.NONE;
        }
    }
}
