// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend;

import dev.ringfence.ring.Journal;
import dev.ringfence.ring.Settlement;
import dev.ringfence.ring.SuccessionRegion;
import java.util.Optional;

/**
 * What a successor makes of its predecessors' deaths, so that a request that kills its driver does not kill every driver. It
 * needs no hypervisor; that has noted beforehand which deaths somebody ordered.
 *
 * <pre>
 *   a driver dies of itself, with requests started     its successor replays as usual, and raises the alarm
 *   so does that one                                   the next replays one request at a time in the whole process,
 *                                                      and takes no new one before all are replayed
 *   so does that one, and another                      the request that was alone both times is answered with an error
 * </pre>
 */
final class Caution {
    private final Optional<SuccessionRegion> region;
    private final int process;
    private int lastHeir;
    private boolean decided;
    private boolean careful;
    private int unreplayed;

    private Caution(Optional<SuccessionRegion> region, int process) {
        this.region = region;
        this.process = process;
    }

    static Caution none() {
        return new Caution(Optional.empty(), 0);
    }

    static Caution of(SuccessionRegion region, int process) {
        return new Caution(Optional.of(region), process);
    }

    /** This process is the heir now, after another. */
    synchronized void succeed(int predecessor) {
        lastHeir = predecessor;
    }

    synchronized void expect(int queues) {
        unreplayed += queues;
    }

    /** By each expected worker, once: it has replayed, or will not. */
    synchronized void replayed() {
        unreplayed--;
        notifyAll();
    }

    /**
     * By a worker that has inherited and settled.
     *
     * @param predecessor who held its lease before
     */
    synchronized void judge(Journal journal, Settlement settlement, int predecessor) {
        if (region.isEmpty()) {
            return;
        }
        SuccessionRegion deaths = region.get();
        if (!decided) {
            // Once for the whole process, and before any of its workers raises the alarm in its own name.
            decided = true;
            careful = lastHeir != 0 && deaths.alarmed() == lastHeir && !deaths.isOrdered(lastHeir);
        }
        boolean ordered = deaths.isOrdered(predecessor);
        journal.judge(settlement, ordered);
        settlement.oneByOne(careful);
        if (!ordered && settlement.startedCount() > 0) {
            deaths.alarm(process);
        }
    }

    /** Replays, while no other queue of the process does where that has to be. */
    void replay(QueueService service, Settlement settlement) {
        if (settlement.oneByOne()) {
            replayAlone(service, settlement);
        } else {
            service.recover(settlement);
        }
    }

    private synchronized void replayAlone(QueueService service, Settlement settlement) {
        service.recover(settlement);
    }

    /** Waits until every queue of the process has replayed, where one at a time had to. */
    synchronized void awaitReplays() {
        try {
            while (careful && unreplayed > 0) {
                wait();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("a worker is never interrupted", e);
        }
    }
}
