// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import java.util.Random;

/** What a takeover can't be faster than, measured beside it. */
interface Floor extends AutoCloseable {
    /** Sets its own load going. */
    void begin();

    /** Kills one owner at a random instant: nanoseconds from just before the blow until the last lease was held again. */
    long measure(Random random) throws InterruptedException;

    /** Rests, and disturbs nobody. */
    void end();

    @Override
    void close();
}
