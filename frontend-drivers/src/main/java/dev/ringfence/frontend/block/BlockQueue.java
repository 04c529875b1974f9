// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

/**
 * One queue of a guest's disk. Confined to one thread at a time; no method blocks or allocates.
 *
 * <p>A caller's loop: submit, {@link #publish}, {@link #poll}; when there is nothing to do, {@link #arm} and, if that
 * says so, sleep on {@link #doorbellFd}. Offsets and lengths are multiples of {@link DiskInfo#sectorBytes}.
 * Submitting answers false when ring, ids or grants are exhausted: poll, then try again.
 */
public interface BlockQueue {
    DiskInfo info();

    /** A buffer of at least {@code bytes}, or null while the queue's pool has none free. */
    GuestBuffer allocate(int bytes);

    void release(GuestBuffer buffer);

    /** Reads {@code length} bytes at disk offset {@code offset} into the start of {@code buffer}. */
    boolean read(long offset, GuestBuffer buffer, int length, BlockCompletion completion, long context);

    boolean write(long offset, GuestBuffer buffer, int length, BlockCompletion completion, long context);

    /** Makes every write completed before this call durable. */
    boolean flush(BlockCompletion completion, long context);

    boolean discard(long offset, long length, BlockCompletion completion, long context);

    /** Makes submitted requests visible to the driver, and rings its doorbell if it asked for that. */
    void publish();

    /** Runs the completions of all answered requests; how many. */
    int poll();

    /** Asks to be told of the next response. True: safe to sleep on {@link #doorbellFd}; false: poll again. */
    boolean arm();

    /** Readable after the driver rang: the reading end of a pipe. After waking, read what is in it, up to 64 bytes. */
    int doorbellFd();
}
