// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

import dev.ringfence.frontend.GuestQueue;

/**
 * One queue of a guest's disk. Offsets and lengths are multiples of {@link DiskInfo#sectorBytes}.
 * Submitting answers false when ring, ids or grants are exhausted: poll, then try again.
 */
public interface BlockQueue extends GuestQueue {
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
}
