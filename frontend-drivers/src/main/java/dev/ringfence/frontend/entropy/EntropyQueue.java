// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.entropy;

import dev.ringfence.frontend.Completion;
import dev.ringfence.frontend.GuestQueue;

/** The queue of a guest's source of random bytes. Confined to one thread at a time; no method blocks or allocates. */
public interface EntropyQueue extends GuestQueue {
    /** Instead of a number of bytes: the source failed. */
    int ERROR = -1;

    int LENGTH_MAX = 4096;

    /**
     * Asks for random bytes.
     *
     * @param length 1 to {@link #LENGTH_MAX}
     * @param completion its status is how many bytes there are in {@code destination} from {@code from} on, at least one and
     *     perhaps fewer than were asked for; or {@link #ERROR}
     * @return false while too many requests are in flight: poll, then try again
     */
    boolean read(byte[] destination, int from, int length, Completion completion, long context);
}
