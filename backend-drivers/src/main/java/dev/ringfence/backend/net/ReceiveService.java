// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.backend.Answers;
import dev.ringfence.backend.Conviction;
import dev.ringfence.backend.QueueContext;
import dev.ringfence.backend.QueueMeter;
import dev.ringfence.backend.QueueService;
import dev.ringfence.memory.Doorbell;
import dev.ringfence.memory.Readiness;
import dev.ringfence.protocol.NetifLayout;
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
 * either the whole frame answered, or all its buffers waiting to be filled again. {@link FlippedPages} hands over pages instead.
 */
final class ReceiveService implements QueueService {
    private static final Logger LOG = LoggerFactory.getLogger(ReceiveService.class);
    private static final int TURN = 32;

    private final QueueContext context;
    private final Journal journal;
    private final QueueMeter meter;
    private final ReceivePages pages;
    private final PostedBuffers buffers;
    private final FrameCatcher catcher;
    private final NetworkPort port;
    private final Answers answers;
    private BackRing ring;
    private Readiness readiness;
    private boolean wireGone;
    /** A frame is journalled whose pages the guest has taken back: nothing is answered any more. */
    private boolean broken;

    ReceiveService(QueueContext context, NetworkPort port) {
        this.context = context;
        this.journal = context.journal();
        this.meter = context.meter();
        this.port = port;
        if (context.flips().isPresent()) {
            FlippedPages flipped = new FlippedPages(context, context.flips().get());
            this.pages = flipped;
            this.buffers = new PostedBuffers(context, pages);
            this.catcher = new PoolCatcher(flipped, buffers, port);
        } else {
            this.pages = new GrantedPages(context.grants());
            this.buffers = new PostedBuffers(context, pages);
            this.catcher = new PostedCatcher(context.region(), buffers, port);
        }
        this.answers = new Answers(context);
    }

    @Override
    public void examine(Settlement settlement) {
        pages.examine(settlement);
    }

    @Override
    public void recover(Settlement settlement) {
        int committed = journal.responseCommitted();
        meter.resume();
        ring = new BackRing(context.ring(), NetifLayout.RX_REQUEST_BYTES, journal.requestConsumer(), committed);
        ring.publishResponses(committed);
        int kept = buffers.finish(settlement);
        answers.resume(ring::publishResponses, committed + kept);
        answer(settlement, kept);
        pages.begin();
        buffers.recover(ring, settlement, kept);
        port.serve();
        // The predecessor may have died between publishing and ringing.
        context.ringer().ring();
    }

    /** Frames that were whole in the journal. */
    private void answer(Settlement settlement, int count) {
        int bytes = 0;
        for (int i = 0; i < count; i++) {
            int answer = journal.status(settlement.answered(i));
            bytes += RxAnswer.bytes(answer);
            respond(settlement.answered(i));
            if (RxAnswer.isLast(answer)) {
                meter.read(bytes);
                bytes = 0;
            }
        }
        publish();
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
        if (!broken) {
            publish();
        }
        return buffers.violation() != null ? -1 : frames;
    }

    /** Steps 5 to 7. */
    private void publish() {
        answers.publish();
        pages.committed();
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
        journal(slots);
        for (int slot = 0; slot < slots; slot++) {
            if (!buffers.complete(buffers.entry(slot))) {
                broken = true;
                return false;
            }
        }
        for (int slot = 0; slot < slots; slot++) {
            respond(buffers.entry(0));
            buffers.giveBack();
            if (Defect.FRAME_COMMITTED_IN_PIECES.isOn()) {
                publish();
            }
        }
        meter.read(catcher.bytes());
        catcher.next();
        return true;
    }

    /** Step 3 of the frame's buffers, as one: with the last of them it is whole. */
    private void journal(int slots) {
        VirtioNetHeader header = catcher.header();
        int left = catcher.bytes();
        for (int slot = 0; slot < slots; slot++) {
            boolean last = slot == slots - 1;
            boolean extra = slot == 1 && catcher.isCut();
            buffers.prepare(slot, !extra);
            if (extra) {
                answers.done(buffers.entry(slot), RxAnswer.segments(header.gsoType(), header.gsoSize(), last));
            } else {
                int length = Math.min(left, PostedBuffers.BYTES);
                left -= length;
                int flags = slot > 0 ? 0 : header(header);
                flags |= left > 0 ? NetifLayout.MORE_DATA : 0;
                answers.done(buffers.entry(slot), RxAnswer.page(length, flags, last));
            }
        }
    }

    /** Flags of the first slot. */
    private int header(VirtioNetHeader header) {
        return (header.isChecksumBlank() ? NetifLayout.RX_CSUM_BLANK : 0)
                | (header.isDataValidated() ? NetifLayout.RX_DATA_VALIDATED : 0)
                | (catcher.isCut() ? NetifLayout.EXTRA_INFO : 0);
    }

    /** Step 4. */
    private void respond(int entry) {
        long at = ring.responseOffset(journal.responseIndex(entry));
        RxAnswer.encode(context.ring(), at, journal.status(entry), buffers.id(entry));
        answers.written(entry);
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

    /** The connection has ended in this process. Any thread. */
    void close() {
        pages.close();
    }
}
