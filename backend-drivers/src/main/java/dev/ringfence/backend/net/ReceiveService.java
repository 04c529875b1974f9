// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.backend.Answers;
import dev.ringfence.backend.Conviction;
import dev.ringfence.backend.QueueContext;
import dev.ringfence.backend.QueueMeter;
import dev.ringfence.backend.QueueService;
import dev.ringfence.memory.Doorbell;
import dev.ringfence.memory.Readiness;
import dev.ringfence.protocol.ExtraInfo;
import dev.ringfence.protocol.NetifLayout;
import dev.ringfence.protocol.RxResponse;
import dev.ringfence.protocol.VirtioNetHeader;
import dev.ringfence.ring.BackRing;
import dev.ringfence.ring.Defect;
import dev.ringfence.ring.Journal;
import dev.ringfence.ring.Settlement;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A guest's receive ring: takes posted buffers as they are needed, journals them, and has frames put straight into them. The
 * answer to a buffer stands in the buffer's own slot. All buffers of a frame are committed at once: a successor finds
 * either the whole frame answered, or all its buffers waiting to be filled again.
 */
final class ReceiveService implements QueueService {
    private static final Logger LOG = LoggerFactory.getLogger(ReceiveService.class);
    private static final int TURN = 32;

    private final QueueContext context;
    private final Journal journal;
    private final QueueMeter meter;
    private final PostedBuffers buffers;
    private final FrameCatcher catcher;
    private final NetworkPort port;
    private final Answers answers;
    private BackRing ring;
    private Readiness readiness;
    private boolean wireGone;

    ReceiveService(QueueContext context, NetworkPort port) {
        this.context = context;
        this.journal = context.journal();
        this.meter = context.meter();
        this.port = port;
        this.buffers = new PostedBuffers(context);
        this.catcher = new FrameCatcher(context.region(), buffers, port);
        this.answers = new Answers(context);
    }

    @Override
    public void recover(Settlement settlement) {
        int committed = journal.responseCommitted();
        meter.resume();
        ring = new BackRing(context.ring(), NetifLayout.RX_REQUEST_BYTES, journal.requestConsumer(), committed);
        ring.publishResponses(committed);
        answers.resume(ring::publishResponses, committed);
        buffers.recover(ring, settlement);
        port.serve();
        // The predecessor may have died between publishing and ringing.
        context.ringer().ring();
    }

    @Override
    public List<Conviction> convictions() {
        return List.of();
    }

    @Override
    public int serve() {
        int frames = 0;
        while (frames < TURN && buffers.violation() == null && meter.admits() && deliver()) {
            frames++;
        }
        meter.failed(catcher.skipped() + port.missed());
        answers.publish();
        return buffers.violation() != null ? -1 : frames;
    }

    /** The next frame, if there is one and there are buffers for it. */
    private boolean deliver() {
        if (!catcher.hasFrame() && !catcher.receive()) {
            return false;
        }
        int slots = catcher.slots();
        if (!buffers.hold(slots)) {
            return false;
        }
        catcher.settle();
        meter.took(catcher.bytes());
        int left = catcher.bytes();
        for (int slot = 0; slot < slots; slot++) {
            int entry = buffers.first();
            boolean extra = slot == 1 && catcher.isCut();
            int length = extra ? 0 : Math.min(left, PostedBuffers.BYTES);
            answers.done(entry, length);
            respond(entry, slot, extra, length, left > length);
            buffers.giveBack();
            answers.written(entry);
            if (Defect.FRAME_COMMITTED_IN_PIECES.isOn()) {
                answers.publish();
            }
            left -= length;
        }
        meter.read(catcher.bytes());
        catcher.next();
        return true;
    }

    /** Step 4. */
    private void respond(int entry, int slot, boolean extra, int length, boolean more) {
        long at = ring.responseOffset(journal.responseIndex(entry));
        VirtioNetHeader header = catcher.header();
        if (extra) {
            ExtraInfo.encodeGso(context.ring(), at, header.gsoType(), header.gsoSize(), false);
            return;
        }
        int flags = more ? NetifLayout.MORE_DATA : 0;
        if (slot == 0) {
            flags |= header.isChecksumBlank() ? NetifLayout.RX_CSUM_BLANK : 0;
            flags |= header.isDataValidated() ? NetifLayout.RX_DATA_VALIDATED : 0;
            flags |= catcher.isCut() ? NetifLayout.EXTRA_INFO : 0;
        }
        RxResponse.encode(context.ring(), at, buffers.id(entry), 0, flags, length);
    }

    @Override
    public boolean hasWork() {
        return catcher.hasFrame() ? buffers.hold(catcher.slots()) : catcher.receive();
    }

    /** The wire is looked at by reading it. */
    @Override
    public boolean isDearToLook() {
        return true;
    }

    /** A guest that has posted enough need not ring for each buffer more. */
    @Override
    public boolean armAndRecheck() {
        return buffers.areShort() && ring.armAndRecheck();
    }

    @Override
    public void await(Doorbell.Listener bell) {
        if (catcher.hasFrame() || buffers.isEmpty() || wireGone) {
            bell.await();
            return;
        }
        if (readiness == null) {
            readiness = new Readiness(bell, port.arrival());
        }
        if (!readiness.await()) {
            // Somebody has deleted the interface. To wait for it any more would be to spin.
            wireGone = true;
            meter.failed();
            meter.publish();
            LOG.warn(
                    "connection {}: its wire is gone, no frame arrives any more",
                    context.connection().name());
        }
    }

    @Override
    public String violation() {
        return buffers.violation();
    }
}
