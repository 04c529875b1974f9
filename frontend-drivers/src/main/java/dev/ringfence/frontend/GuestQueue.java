// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend;

/**
 * What every queue of requests can do, whatever they ask for. Confined to one thread at a time; no method blocks or allocates.
 *
 * <p>A caller's loop: submit, {@link #publish}, {@link #poll}; when there is nothing to do, {@link #arm} and, if that
 * says so, sleep on {@link #doorbellFd}.
 */
public interface GuestQueue {
    /** Makes submitted requests visible to the driver, and rings its doorbell if it asked for that. */
    void publish();

    /** Runs the completions of all answered requests; how many. */
    int poll();

    /** Asks to be told of the next response. True: safe to sleep on {@link #doorbellFd}; false: poll again. */
    boolean arm();

    /** Readable after the driver rang: the reading end of a pipe. After waking, read what is in it, up to 64 bytes. */
    int doorbellFd();
}
