// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.fault.mutation.MutantAgent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/**
 * Two driver processes: one whose classes are changed from life to life, and one whose never are, where the heirs live. A life
 * that ends takes its thread along and not its process; the process goes when it has to be killed, or after so many lives, since
 * the dead leave their stacks and mappings behind. One thread.
 */
public final class DriverPair implements AutoCloseable {
    private static final int LIVES = 250;

    private final Lab lab;
    private final String agent;
    private final String[] properties;
    private CompletableFuture<LabProcess> nextFaulty;
    private LabProcess faulty;
    private LabProcess clean;
    private int faultyLives;
    private int cleanLives;

    public DriverPair(Lab lab) {
        this(lab, new String[0]);
    }

    /** @param properties of both processes' JVMs */
    DriverPair(Lab lab, String... properties) {
        this.lab = lab;
        this.properties = properties.clone();
        try {
            this.agent = "-javaagent:" + MutantAgent.writeJar(lab.directory());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.nextFaulty = start();
    }

    /** A process is started while the one before it still works: who waits for it waits in vain less often. */
    private CompletableFuture<LabProcess> start() {
        return CompletableFuture.supplyAsync(() -> {
            String[] all = Arrays.copyOf(properties, properties.length + 1);
            all[properties.length] = agent;
            return lab.start(all);
        });
    }

    /** For one life with a fault. */
    LabProcess faulty() {
        if (faulty != null && (faulty.isDead() || faultyLives >= LIVES)) {
            faulty.close();
            faulty = null;
        }
        if (faulty == null) {
            faulty = nextFaulty.join();
            faultyLives = 0;
            nextFaulty = start();
        }
        faultyLives++;
        return faulty;
    }

    /** For one heir. */
    LabProcess clean() {
        if (clean != null && (clean.isDead() || cleanLives >= LIVES)) {
            clean.close();
            clean = null;
        }
        if (clean == null) {
            clean = lab.start(properties);
            cleanLives = 0;
        }
        cleanLives++;
        return clean;
    }

    /** The next lives get processes that have had none yet. */
    public void renew() {
        faultyLives = LIVES;
        cleanLives = LIVES;
    }

    @Override
    public void close() {
        nextFaulty.join().close();
        if (faulty != null) {
            faulty.close();
        }
        if (clean != null) {
            clean.close();
        }
    }
}
