// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.domain.DomainChannel;
import dev.ringfence.domain.Message;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.PidFd;
import dev.ringfence.memory.Processes;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One process of a domain that has said who it is, held by its pidfd. Any thread. */
final class DomainProcess {
    private final int number;
    private final PidFd pidfd;
    private final DomainChannel channel;
    private final Runnable release;
    private volatile boolean expectedToEnd;
    private volatile long killedNanos;
    private volatile Optional<KillReason> killReason = Optional.empty();
    private volatile boolean commandedToFail;
    private boolean closed;

    /** @param release lets go of what is kept for it, before its descriptors are closed */
    DomainProcess(int number, PidFd pidfd, DomainChannel channel, Runnable release) {
        this.number = number;
        this.pidfd = pidfd;
        this.channel = channel;
        this.release = release;
    }

    /** Unique among all processes of the machine, as long as it is up; what journals call their owner. */
    int number() {
        return number;
    }

    long pid() {
        return pidfd.pid();
    }

    PidFd pidfd() {
        return pidfd;
    }

    synchronized boolean isAlive() {
        return !closed && !pidfd.awaitDeath(0);
    }

    void send(Message message, List<Descriptor> descriptors) {
        channel.send(message, descriptors);
    }

    void send(Message message) {
        channel.send(message);
    }

    /** Asks, and waits so long; a {@link Message.Failed} when it is dead or does not answer. */
    Message call(Message message, List<Descriptor> descriptors, long patienceMillis) {
        try {
            return channel.call(message, descriptors)
                    .get(patienceMillis, TimeUnit.MILLISECONDS)
                    .message();
        } catch (TimeoutException e) {
            return new Message.Failed("no answer within " + patienceMillis + " ms");
        } catch (ExecutionException e) {
            return new Message.Failed(e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Message.Failed("interrupted");
        }
    }

    /** The first reason stands. */
    void kill(KillReason reason) {
        if (killReason.isEmpty()) {
            killReason = Optional.of(reason);
            killedNanos = System.nanoTime();
        }
        pidfd.signal(Processes.SIGKILL);
    }

    /** Why the hypervisor killed it; empty when it did not. */
    Optional<KillReason> killReason() {
        return killReason;
    }

    /** Somebody ordered it to fail: whatever becomes of it now, even by the monitor, is no failure of its own. */
    void commandedToFail() {
        commandedToFail = true;
    }

    boolean isCommandedToFail() {
        return commandedToFail;
    }

    /** When the hypervisor killed it (System.nanoTime), or 0. */
    long killedNanos() {
        return killedNanos;
    }

    void stop() {
        pidfd.signal(Processes.SIGSTOP);
    }

    /** From now on its end is no failure. */
    void expectEnd() {
        expectedToEnd = true;
    }

    boolean isExpectedToEnd() {
        return expectedToEnd;
    }

    /** Asks it to end, then makes it. */
    synchronized void shutDown(int patienceMillis) {
        expectEnd();
        if (closed) {
            return;
        }
        send(new Message.Shutdown());
        if (!pidfd.awaitDeath(patienceMillis)) {
            kill(KillReason.SHUTDOWN);
            pidfd.awaitDeath(-1);
        }
    }

    /** It is gone. */
    synchronized void close() {
        closed = true;
        release.run();
        channel.close();
        pidfd.close();
    }
}
