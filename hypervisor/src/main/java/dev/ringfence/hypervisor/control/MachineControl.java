// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.control;

import java.util.List;
import java.util.function.Consumer;

/** A running machine, as its operator sees it. Callable from any thread; calls may block. */
public interface MachineControl {
    MachineStatus status();

    /** @throws ControlException 404 when there is no such domain, 409 when it can't be killed that way now */
    void kill(String domain, KillMethod how);

    /**
     * Replaces a driver domain's owner by a standby, with no error to its guests, or lifts its quarantine. Returns when that is
     * done.
     *
     * @throws ControlException 404 when there is no such driver domain, 409 when it can't be restarted now
     */
    void restart(String domain, RestartRequest request);

    /** @param device the guest's own name for it, such as "xvda" */
    void attach(String guest, String device);

    /** @param device the guest's own name for it, such as "xvda" */
    void detach(String guest, String device);

    /** Returns at once; the machine then goes down cleanly. A second call changes nothing. */
    void shutdown();

    /** Oldest first, a bounded number. An event is in this list before any listener is told of it. */
    List<MachineEvent> recentEvents();

    /**
     * Tells the listener of each event from now on, in order, until the subscription is closed.
     *
     * @param listener must not block: it is called on the thread the event happened on
     */
    Subscription subscribe(Consumer<MachineEvent> listener);

    /** Ends when closed. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
