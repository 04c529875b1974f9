// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.health;

/** What a judge may ask and do besides looking at its samples; asked only when it matters, since some of it is costly. */
interface Surroundings {
    /** Some other thread of the process runs or wants to: its worker may be waiting for that one, a collector for instance. */
    boolean othersRun();

    /** Another queue of the same device gets on, or is inside the device. */
    boolean siblingAlive();

    /** The domain serves no other guest than this queue's, so that nobody else is harmed if that guest lies. */
    boolean onlyGuest();

    void nudge();
}
