// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.entropy;

import dev.ringfence.frontend.Completion;
import dev.ringfence.frontend.GrantedFrames;
import dev.ringfence.frontend.ShadowedQueue;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.EntropyLayout;
import dev.ringfence.protocol.EntropyRequest;
import dev.ringfence.protocol.EntropyResponse;
import java.util.Objects;

/** A queue for random bytes over a Xen ring, a page for each slot of it. */
final class XenEntropyQueue extends ShadowedQueue<EntropySubmission> implements EntropyQueue {
    private final GrantedFrames pages;
    private final EntropyResponse response = new EntropyResponse();

    /** @param pages as many as the ring has slots */
    XenEntropyQueue(Wiring wiring, GrantedFrames pages) {
        super(wiring, EntropySubmission::new);
        this.pages = pages;
    }

    @Override
    public synchronized boolean read(byte[] destination, int from, int length, Completion completion, long context) {
        Objects.checkFromIndexSize(from, length, destination.length);
        if (length < 1 || length > LENGTH_MAX) {
            throw new IllegalArgumentException("length=" + length);
        }
        EntropySubmission submission = begin();
        if (submission == null) {
            return false;
        }
        submission.destination = destination;
        submission.from = from;
        submission.length = length;
        submit(submission, completion, context);
        return true;
    }

    @Override
    protected void encode(EntropySubmission submission, Window ring, long offset) {
        EntropyRequest.encode(ring, offset, submission.id(), pages.ref(submission.slot()), submission.length);
    }

    @Override
    protected long decode(Window ring, long offset) {
        response.decode(ring, offset);
        return response.id();
    }

    @Override
    protected String objection(EntropySubmission submission) {
        return EntropyResponse.isPlausible(response.bytes(), submission.length)
                ? null
                : "response of " + response.bytes() + " bytes to a request for " + submission.length;
    }

    @Override
    protected int operation() {
        return 0;
    }

    @Override
    protected int status() {
        return response.bytes();
    }

    @Override
    protected int failure() {
        return ERROR;
    }

    @Override
    protected void finish(EntropySubmission submission, int status) {
        if (status > 0) {
            long page = (long) submission.slot() * EntropyLayout.LENGTH_MAX;
            pages.window().get(page, submission.destination, submission.from, status);
            // Nobody who reads this page later shall find what somebody keeps secret.
            pages.window().fill(page, status, (byte) 0);
        }
    }

    /** As {@link #resubmit()}, for the front-end. */
    void startAfresh() {
        resubmit();
    }
}
