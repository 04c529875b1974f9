// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/** Where the lives of a run take place: in processes that die with them, or together in one whose threads die. */
interface Hosts extends AutoCloseable {
    /** For one more life. */
    LabProcess take();

    /** No life in it is needed any more; it may be dead. When the run was not sound it is not used again. */
    void giveBack(LabProcess process, boolean sound);

    /** How a life in these hosts dies. */
    Fate.Action death();

    @Override
    void close();

    /** A process for each life; a survivor of one run is used in the next, and the one after it is starting meanwhile. */
    static Hosts processes(Lab lab, String... properties) {
        return new Processes(lab, properties);
    }

    /** All lives in one process, renewed now and then: the dead leave their stacks and mappings behind. */
    static Hosts threads(Lab lab, String... properties) {
        return new Threads(lab, properties);
    }

    /** See {@link #processes}. */
    final class Processes implements Hosts {
        private static final int AHEAD = 1;

        private final Lab lab;
        private final String[] properties;
        private final Deque<LabProcess> spares = new ArrayDeque<>();
        private final Queue<CompletableFuture<LabProcess>> starting = new ArrayDeque<>();

        private Processes(Lab lab, String... properties) {
            this.lab = lab;
            this.properties = properties;
        }

        @Override
        public LabProcess take() {
            while (starting.size() < AHEAD + (spares.isEmpty() ? 1 : 0)) {
                starting.add(CompletableFuture.supplyAsync(() -> lab.start(properties)));
            }
            return spares.isEmpty() ? starting.remove().join() : spares.pop();
        }

        @Override
        public void giveBack(LabProcess process, boolean sound) {
            if (process.isDead() || !sound) {
                process.close();
            } else {
                spares.push(process);
            }
        }

        @Override
        public Fate.Action death() {
            return Fate.Action.KILL;
        }

        @Override
        public void close() {
            spares.forEach(LabProcess::close);
            starting.forEach(process -> process.join().close());
        }
    }

    /** See {@link #threads}. */
    final class Threads implements Hosts {
        private static final int LIVES_A_PROCESS = 250;

        private final Lab lab;
        private final String[] properties;
        private LabProcess process;
        private int lives;
        private int inUse;

        private Threads(Lab lab, String... properties) {
            this.lab = lab;
            this.properties = properties;
        }

        @Override
        public LabProcess take() {
            if (process != null && inUse == 0 && (lives >= LIVES_A_PROCESS || process.isDead())) {
                close();
            }
            if (process == null) {
                process = lab.start(properties);
            }
            lives++;
            inUse++;
            return process;
        }

        @Override
        public void giveBack(LabProcess used, boolean sound) {
            inUse--;
            if (!sound) {
                lives = LIVES_A_PROCESS;
            }
        }

        @Override
        public Fate.Action death() {
            return Fate.Action.EXIT;
        }

        @Override
        public void close() {
            if (process != null) {
                process.close();
                process = null;
                lives = 0;
            }
        }
    }
}
