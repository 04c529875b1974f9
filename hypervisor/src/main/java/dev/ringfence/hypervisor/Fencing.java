// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Makes sure that an owner has every lease, before anybody is started to stand by. The kernel needs no help with that, except
 * where the dead owner overwrote its lock word or list. On the domain's thread.
 */
final class Fencing {
    private static final long POLL_MILLIS = 5;
    /** A successor that does not get on by then is stuck. */
    private static final long STUCK_SECONDS = 10;

    private final SlowFence slowFence;
    private final Connections connections;
    private final Standbys standbys;
    private final ScheduledExecutorService thread;
    private final Office office;
    private boolean underWay;

    /** Who owns the leases, and who wants them. */
    interface Office {
        boolean isStopping();

        Optional<Claimant> owner();

        /** All that are not proven to be gone, the owner among them. */
        List<Claimant> claimants();

        /** It holds the leases, whoever was thought to. */
        void takeOffice(Claimant holder);

        /** The owner has every lease, or has been killed because it got stuck. */
        void fenced();
    }

    Fencing(
            SlowFence slowFence,
            Connections connections,
            Standbys standbys,
            ScheduledExecutorService thread,
            Office office) {
        this.slowFence = slowFence;
        this.connections = connections;
        this.standbys = standbys;
        this.thread = thread;
        this.office = office;
    }

    boolean isUnderWay() {
        return underWay;
    }

    /** Begins, if it is not under way. */
    void begin(long delayMillis) {
        if (!underWay) {
            underWay = true;
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(STUCK_SECONDS);
            thread.schedule(() -> look(until), Math.max(delayMillis, POLL_MILLIS), TimeUnit.MILLISECONDS);
        }
    }

    /** Once, with nobody in office. */
    void handOver() {
        slowFence.handOver(office.claimants());
    }

    private void look(long untilNanos) {
        if (office.isStopping()) {
            return;
        }
        handOver();
        office.owner()
                .flatMap(supposed -> standbys.holderInsteadOf(supposed, connections))
                .ifPresent(office::takeOffice);
        Optional<DomainProcess> late =
                office.owner().map(Claimant::process).filter(owner -> !connections.areOwnedBy(owner));
        if (late.isPresent() && System.nanoTime() - untilNanos < 0) {
            thread.schedule(() -> look(untilNanos), POLL_MILLIS, TimeUnit.MILLISECONDS);
            return;
        }
        late.ifPresent(stuck -> stuck.kill(KillReason.STUCK));
        underWay = false;
        office.fenced();
    }
}
