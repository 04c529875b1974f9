// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend;

import java.io.IOException;

/**
 * One request of an {@link AsyncQueue}, from submission to its future.
 *
 * @param <Q> what it is submitted to
 */
public interface AsyncRequest<Q extends GuestQueue> {
    /** Submits the request; false while the queue lacks what it takes. May be repeated until it is true. */
    boolean start(Q queue, Completion completion, long context);

    /** Takes the answer in; {@link #complete} tells the caller, later and outside of any lock. */
    void answered(Q queue, int status);

    /** Instead of an answer. */
    void failed(IOException why);

    /** Tells the caller. */
    void complete();
}
