// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.entropy;

import dev.ringfence.backend.Conviction;
import dev.ringfence.backend.QueueContext;
import dev.ringfence.backend.RequestQueue;
import dev.ringfence.backend.RequestService;
import dev.ringfence.backend.XenRing;
import dev.ringfence.grant.GrantStatus;
import dev.ringfence.grant.RegionLayout;
import dev.ringfence.memory.IoVector;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.EntropyLayout;
import dev.ringfence.protocol.EntropyRequest;
import dev.ringfence.protocol.EntropyResponse;
import dev.ringfence.ring.Activity;

/**
 * A guest's queue for random bytes. The status of an answer is how many bytes it has. Done again by a successor, a request gets
 * other bytes, of which the guest has not been told yet.
 */
final class EntropyService extends RequestService {
    private static final int NOTHING_PINNED = -1;

    private final EntropySource source;
    private final EntropyRequest request = new EntropyRequest();
    private final IoVector page = new IoVector(1);
    private int pinned = NOTHING_PINNED;

    EntropyService(QueueContext context, EntropySource source) {
        super(context);
        this.source = source;
    }

    @Override
    protected RequestQueue attach(int requestConsumer, int responseCommitted) {
        return new XenRing(
                context.ring(), EntropyLayout.ENTRY_BYTES, EntropyService::encode, requestConsumer, responseCommitted);
    }

    private static void encode(Window ring, long offset, long id, int operation, int bytes) {
        EntropyResponse.encode(ring, offset, id, bytes);
    }

    @Override
    protected int fetch(int entry) {
        decode(entry);
        if (!request.isPlausible()) {
            violate("length " + request.length());
            return VIOLATION;
        }
        return 0;
    }

    @Override
    protected void decode(int entry) {
        request.decode(journal.window(), journal.requestOffset(entry));
    }

    @Override
    protected int verdict() {
        return DO;
    }

    @Override
    protected long bytes() {
        return request.length();
    }

    @Override
    protected int perform() {
        int frame = context.grants().pin(request.gref(), true);
        if (frame < 0) {
            violate("grant " + Integer.toUnsignedString(request.gref()) + ": " + GrantStatus.name(frame));
            return VIOLATION;
        }
        pinned = request.gref();
        page.clear();
        page.add(context.region(), RegionLayout.offset(frame), request.length());
        journal.begin(Activity.DEVICE);
        int bytes = source.read(page);
        journal.begin(Activity.SERVING);
        return bytes > 0 ? bytes : EntropyLayout.ERROR;
    }

    @Override
    protected void unpin() {
        if (pinned != NOTHING_PINNED) {
            context.grants().unpin(pinned, true);
            pinned = NOTHING_PINNED;
        }
    }

    @Override
    protected void respond(RequestQueue into, int index, int status) {
        into.respond(index, request.id(), 0, status);
    }

    @Override
    protected void count(int status) {
        meter.read(Math.max(status, 0));
        if (status < 0) {
            meter.failed();
        }
    }

    @Override
    protected Conviction convict(int attempts) {
        return new Conviction("entropy", 0, request.length(), attempts);
    }

    @Override
    protected int failure() {
        return EntropyLayout.ERROR;
    }
}
