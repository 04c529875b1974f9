// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.entropy;

import dev.ringfence.frontend.Submission;

/** A request for random bytes in flight. Its page is the one with its slot's number. */
final class EntropySubmission extends Submission {
    byte[] destination;
    int from;
    int length;

    EntropySubmission(int slot) {
        super(slot);
    }

    @Override
    protected void forget() {
        destination = null;
    }
}
