// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend;

import dev.ringfence.ring.Defect;

/**
 * Keeps every queue of a device from taking new requests until all of them, over all connections, have replayed: a late
 * replay could otherwise revert a newer write that another queue has let in.
 *
 * <p>Queues pass two lines, each together: settled (then the grants' in-use bits can be rebuilt, before anybody pins) and
 * replayed. A queue is expected from its attachment on. On the way of a takeover, so it spins a little before it sleeps.
 */
final class RecoveryGate {
    private static final int SPINS = 1_000;

    private boolean held = true;
    private int unsettled;
    private int unreplayed;
    private volatile boolean settled;
    private volatile boolean replayed;

    /** All connections there were at the start of this process are expected now. */
    synchronized void open() {
        held = false;
        update();
    }

    /** One more queue will pass, or {@link #withdraw}. */
    synchronized void expect() {
        unsettled++;
        unreplayed++;
        settled = false;
        replayed = false;
    }

    /** An expected queue will not come: its connection has ended. */
    synchronized void withdraw() {
        unsettled--;
        unreplayed--;
        update();
    }

    /** Waits until all expected queues are settled. */
    void passSettled() {
        synchronized (this) {
            unsettled--;
            update();
        }
        if (!spin(false)) {
            sleep(false);
        }
    }

    /** Waits until all expected queues have replayed. */
    void passReplayed() {
        synchronized (this) {
            unreplayed--;
            update();
        }
        if (!Defect.GATE_OPEN.isOn() && !spin(true)) {
            sleep(true);
        }
    }

    private void update() {
        settled = !held && unsettled == 0;
        replayed = settled && unreplayed == 0;
        if (settled || replayed) {
            notifyAll();
        }
    }

    private boolean spin(boolean replay) {
        for (int i = 0; i < SPINS; i++) {
            if (replay ? replayed : settled) {
                return true;
            }
            Thread.onSpinWait();
        }
        return false;
    }

    private synchronized void sleep(boolean replay) {
        try {
            while (!(replay ? replayed : settled)) {
                wait();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("a worker is never interrupted", e);
        }
    }
}
