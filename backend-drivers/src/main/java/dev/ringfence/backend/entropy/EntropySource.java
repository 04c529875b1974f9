// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.entropy;

import dev.ringfence.memory.IoVector;

/** Where random bytes come from. Any thread. */
interface EntropySource extends AutoCloseable {
    /**
     * Fills the pieces, the first one first, with no byte that anybody else gets; may block.
     *
     * @return how many bytes, at least one; or a negated errno, or 0 where there are none any more
     */
    int read(IoVector destination);

    @Override
    void close();
}
