// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.health;

/** A process of a driver domain, owner or standby, as the monitor sees it. Called on the monitor's thread. */
public interface WatchedProcess {
    /** What journals call it. */
    int number();

    /** As the host counts. */
    long pid();

    /** Its code has run before it got anything to serve, so that it needs no allowance for a cold start. */
    boolean warm();

    /** False when it is gone, or about to be. */
    boolean alive();

    /** Ends it by SIGKILL. */
    void kill(Finding finding);
}
