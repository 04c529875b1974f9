// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.mutation;

import java.util.SplittableRandom;

/** One way to change the code at a place. It is used once: a second one finds the code changed. */
@FunctionalInterface
interface Edit {
    /** Makes it; tells it in words. */
    String make(SplittableRandom random);
}
