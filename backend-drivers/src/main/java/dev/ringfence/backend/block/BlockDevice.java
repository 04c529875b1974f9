// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.block;

import dev.ringfence.memory.IoVector;

/**
 * A disk, as its author writes it: no rings, no grants, no recovery.
 *
 * <p>Called by several threads at once, one for each queue, never with two overlapping writes. Every method returns 0 or a
 * negated errno, and returns only when its effect is complete: nothing may reach the medium after the calling thread
 * is dead, or a successor's writes could be undone. A method may be called again for a request that a predecessor had
 * already carried out. Offsets and lengths are bytes, multiples of {@link #sectorBytes}, within {@link #bytes}.
 *
 * <p>Keep no cache that could lose an acknowledged write. A user's class has a public constructor taking a
 * {@link dev.ringfence.domain.DeviceDescription}.
 */
public interface BlockDevice extends AutoCloseable {
    long bytes();

    /** 512 or 4096. */
    int sectorBytes();

    boolean readOnly();

    /** Smallest range worth a {@link #discard}, or 0 when it isn't supported. */
    int discardGranularityBytes();

    /** Fills all of {@code memory} from the disk. */
    int read(long offset, IoVector memory);

    /** Writes all of {@code memory} to the disk. */
    int write(long offset, IoVector memory);

    /** Makes everything written before durable. */
    int flush();

    /** Forgets a range, at most 16 MiB of it: a longer call would keep a dead driver's lease. */
    int discard(long offset, long length);

    @Override
    void close();
}
