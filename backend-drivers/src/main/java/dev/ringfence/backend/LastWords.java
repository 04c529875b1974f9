// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend;

import dev.ringfence.memory.CrashPoint;
import dev.ringfence.memory.Processes;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says why a worker died, then ends this process: on a thread that waits for nothing else. Logging something for the first
 * time takes milliseconds, and a worker that did it itself would keep its lease for as long; one that just ends gives it to
 * the heir at once. In between, the other workers go on: that they serve is no harm, and they can't get the lease back.
 */
final class LastWords {
    private static final Logger LOG = LoggerFactory.getLogger(LastWords.class);

    private final BlockingQueue<Death> deaths = new ArrayBlockingQueue<>(1);

    private record Death(String worker, Throwable cause) {}

    private LastWords() {}

    /** Begins to wait. */
    static LastWords listen() {
        LastWords words = new LastWords();
        Thread thread = new Thread(words::awaitDeath, "last words");
        thread.setDaemon(true);
        thread.start();
        return words;
    }

    /** To be called by a worker that ends itself right after. The words of the first are enough. */
    void of(String worker, Throwable cause) {
        if (!CrashPoint.buries(cause)) {
            deaths.offer(new Death(worker, cause));
        }
    }

    private void awaitDeath() {
        try {
            Death death = deaths.take();
            LOG.error("{}: worker died, so this process does", death.worker(), death.cause());
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this thread", e);
        } finally {
            // Whatever became of the words: errors of the machine are among what workers die of.
            Processes.killSelf();
        }
    }
}
