// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.guest;

/**
 * A program of a guest: what a machine file's {@code {"java": {"class": ...}}} names. It has a public constructor without
 * parameters, runs on a thread of its own once all the guest's disks are connected, and may return at any time.
 */
@FunctionalInterface
public interface GuestProgram {
    /** An exception ends the program, not the guest, and is reported as an event. */
    void run(GuestContext context) throws Exception;
}
