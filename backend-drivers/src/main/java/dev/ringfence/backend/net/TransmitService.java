// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.backend.Answers;
import dev.ringfence.backend.Conviction;
import dev.ringfence.backend.Misbehaviour;
import dev.ringfence.backend.QueueContext;
import dev.ringfence.backend.QueueMeter;
import dev.ringfence.backend.QueueService;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.NetifLayout;
import dev.ringfence.protocol.PacketVerdict;
import dev.ringfence.protocol.TxPacket;
import dev.ringfence.protocol.TxResponse;
import dev.ringfence.ring.BackRing;
import dev.ringfence.ring.Defect;
import dev.ringfence.ring.Journal;
import dev.ringfence.ring.Settlement;
import java.util.ArrayList;
import java.util.List;

/**
 * A guest's transmit ring: takes a packet, journals it with all its slots, sends it, answers it. In order, one at a time, so that
 * the answer to a slot stands in that very slot.
 */
final class TransmitService implements QueueService {
    private static final int TURN = 32;
    private static final int SLOT_BYTES = NetifLayout.TX_REQUEST_BYTES;
    /** What the journal has room for: far more than a correct front-end needs, extra infos included. */
    private static final int SLOTS_MAX = 64;

    private final QueueContext context;
    private final Journal journal;
    private final QueueMeter meter;
    private final PacketSender sender;
    private final Answers answers;
    private final TxPacket packet = new TxPacket();
    private final List<Conviction> convictions = new ArrayList<>();
    private BackRing ring;
    private String violation;

    TransmitService(QueueContext context, NetworkPort port) {
        this.context = context;
        this.journal = context.journal();
        this.meter = context.meter();
        this.sender = new PacketSender(context, port);
        this.answers = new Answers(context);
    }

    @Override
    public void recover(Settlement settlement) {
        int committed = journal.responseCommitted();
        meter.resume();
        ring = new BackRing(context.ring(), SLOT_BYTES, journal.requestConsumer(), committed);
        // What is committed is in its slots: nothing before this index is ever rewritten.
        if (!Defect.RESPONSES_NOT_REPUBLISHED.isOn()) {
            ring.publishResponses(committed);
        }
        int done = 0;
        for (int i = 0; i < settlement.answeredCount(); i++) {
            done += journal.ringSlots(settlement.answered(i));
        }
        answers.resume(ring::publishResponses, committed + done);
        for (int i = 0; i < settlement.answeredCount(); i++) {
            decode(settlement.answered(i));
            respond(settlement.answered(i));
        }
        answers.publish();
        for (int i = 0; i < settlement.unfinishedCount() && !Defect.REPLAY_DROPPED.isOn(); i++) {
            replay(settlement.unfinished(i), settlement.oneByOne());
        }
        answers.publish();
        // The predecessor may have died between publishing and ringing.
        if (!Defect.GUEST_NOT_RUNG.isOn()) {
            context.ringer().ring();
        }
    }

    private void replay(int entry, boolean alone) {
        decode(entry);
        if (journal.isConvicted(entry)) {
            convictions.add(new Conviction("transmit", 0, packet.bytes(), journal.attempts(entry)));
            complete(entry, NetifLayout.ERROR);
        } else {
            perform(entry, alone);
        }
    }

    @Override
    public List<Conviction> convictions() {
        return convictions;
    }

    @Override
    public int serve() {
        int taken = 0;
        while (taken < TURN && violation == null && meter.admits()) {
            int available = ring.requestsAvailable();
            if (available == BackRing.OVERFLOW) {
                violation = "request producer ran past the ring";
            } else if (available == 0) {
                break;
            } else if (takeNext(available)) {
                taken++;
            }
        }
        answers.publish();
        return violation != null ? -1 : taken;
    }

    /** Step 1. False: the guest broke the protocol. */
    private boolean takeNext(int available) {
        int entry = journal.open();
        Window copy = journal.window();
        packet.begin();
        int slots = 0;
        while (packet.isOpen()) {
            if (slots == available || slots == SLOTS_MAX) {
                violation = PacketVerdict.TRUNCATED.toString();
                return false;
            }
            long at = slotOffset(entry, slots);
            context.ring().copyTo(ring.requestOffset(ring.nextRequest() + slots), copy, at, SLOT_BYTES);
            packet.add(copy, at);
            slots++;
        }
        if (packet.verdict().isViolation()) {
            violation = packet.verdict().toString();
            return false;
        }
        journal.take(entry, SLOT_BYTES, (slots - 1) * SLOT_BYTES, Defect.PACKET_TAKEN_AS_ONE_SLOT.isOn() ? 1 : slots);
        for (int slot = 0; slot < slots; slot++) {
            ring.advanceRequest();
        }
        meter.took(packet.bytes());
        perform(entry, false);
        return violation == null;
    }

    /** The first slot is the entry's request, the others are its attachment. */
    private long slotOffset(int entry, int slot) {
        return slot == 0 ? journal.requestOffset(entry) : journal.attachmentOffset(entry) + (slot - 1L) * SLOT_BYTES;
    }

    /** Reads a journalled packet again, and judges it as before: the journal's copy can't have changed. */
    private void decode(int entry) {
        packet.begin();
        for (int slot = 0; packet.isOpen(); slot++) {
            packet.add(journal.window(), slotOffset(entry, slot));
        }
    }

    /** Steps 2 and 3. */
    private void perform(int entry, boolean alone) {
        if (packet.isMulticastChange()) {
            complete(entry, NetifLayout.OKAY);
            return;
        }
        if (packet.verdict() != PacketVerdict.OK) {
            complete(entry, NetifLayout.ERROR);
            return;
        }
        if (alone) {
            journal.startAlone(entry);
        } else {
            journal.start(entry);
        }
        Misbehaviour.actUp();
        int status = sender.send(packet);
        if (status == PacketSender.VIOLATION) {
            violation = sender.violation();
            return;
        }
        if (status == NetifLayout.OKAY) {
            meter.wrote(packet.bytes());
        } else {
            meter.failed();
        }
        complete(entry, status);
    }

    private void complete(int entry, int status) {
        answers.done(entry, status);
        sender.unpin();
        respond(entry);
    }

    /** Step 4 of a DONE entry whose packet is decoded. */
    private void respond(int entry) {
        int status = journal.status(entry);
        int first = journal.responseIndex(entry);
        for (int slot = 0; slot < packet.slots(); slot++) {
            long at = ring.responseOffset(first + slot);
            if (packet.isExtra(slot) && !Defect.EXTRA_INFO_ANSWERED_AS_FRAGMENT.isOn()) {
                TxResponse.encode(context.ring(), at, 0, NetifLayout.NULL);
            } else {
                TxResponse.encode(context.ring(), at, packet.id(slot), status);
            }
        }
        answers.written(entry);
    }

    @Override
    public boolean hasWork() {
        return ring.requestsAvailable() != 0;
    }

    @Override
    public boolean armAndRecheck() {
        return ring.armAndRecheck();
    }

    @Override
    public String violation() {
        return violation;
    }
}
