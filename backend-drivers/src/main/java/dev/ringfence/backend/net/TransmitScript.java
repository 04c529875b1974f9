// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.backend.QueueContext;
import dev.ringfence.backend.QueueService;
import dev.ringfence.memory.Doorbell;
import dev.ringfence.memory.IoVector;
import dev.ringfence.memory.PrivateMemory;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.ExtraInfo;
import dev.ringfence.protocol.NetifLayout;
import dev.ringfence.protocol.TxRequest;
import dev.ringfence.ring.ControlRegion;
import dev.ringfence.ring.Journal;
import java.util.HexFormat;
import java.util.function.Function;

/** Frames of every form on a transmit ring: small ones in one slot, large TCP segments in several with an extra info. */
final class TransmitScript extends NetScript {
    private static final int SLOT_BYTES = NetifLayout.TX_REQUEST_BYTES;
    /** Frames of a turn, as guests differ: one after the other, some, more than the driver takes at once. */
    private static final int[] FRAMES = {4, 1, 20, 1, 40, 2};

    private static final int LARGE_BYTES = 3 * 4096 + 100;
    private static final int SMALL_BYTES = 60;
    private static final byte[] TCP = HexFormat.of()
            .parseHex("020000000001" + "020000000002" + "0800" + "4500003c0000400040060000" + "0a0000010a000002"
                    + "1f90c350" + "0000000000000000" + "5010" + "faf0" + "00000000");

    private final NetworkPort port;
    private final PrivateMemory sink = new PrivateMemory(1 << 16);
    private final IoVector drain = new IoVector(1);
    private int submitted;
    private int answered;

    /** @param port at which frames are sent into a wire */
    TransmitScript(Function<Doorbell.Pair, NetworkPort> port) {
        super(SLOT_BYTES);
        this.port = port.apply(wire());
    }

    @Override
    QueueService service(QueueContext context) {
        return new TransmitService(context, port);
    }

    @Override
    public int begin(Window region, int driver) {
        int first = super.begin(region, driver);
        data.put(0, TCP, 0, TCP.length);
        submitted = 0;
        answered = 0;
        return first;
    }

    @Override
    public void abandon(Journal journal, ControlRegion control) {
        predecessorsGrants.pinPersistently(refs[0], false);
        take(journal, 1);
        int done = take(journal, 1);
        journal.start(done);
        journal.done(done, NetifLayout.OKAY, 0);
        journal.start(take(journal, 1));
    }

    private int take(Journal journal, int slots) {
        int entry = journal.open();
        ring.window()
                .copyTo(slot(journal.requestConsumer()), journal.window(), journal.requestOffset(entry), SLOT_BYTES);
        journal.take(entry, SLOT_BYTES, 0, slots);
        return entry;
    }

    @Override
    public void submit(int turn) {
        int frames = FRAMES[turn % FRAMES.length];
        for (int i = 0; i < frames; i++) {
            put(0, 0, i, SMALL_BYTES);
        }
        if (turn % 2 == 1) {
            putLarge();
        }
        ring.publishRequests();
    }

    private void put(int page, int flags, int id, int size) {
        TxRequest.encode(ring.window(), ring.requestOffset(), refs[page], 0, flags, id, size);
        ring.advanceRequest();
        submitted++;
    }

    private void putLarge() {
        int more = NetifLayout.MORE_DATA;
        put(0, more | NetifLayout.EXTRA_INFO | NetifLayout.TX_CSUM_BLANK, 100, LARGE_BYTES);
        ExtraInfo.encodeGso(ring.window(), ring.requestOffset(), NetifLayout.GSO_TCPV4, 1448, false);
        ring.advanceRequest();
        submitted++;
        put(1, more, 100, 4096);
        put(2, more, 100, 4096);
        put(3, 0, 100, 100);
    }

    /** The wire must not fill: that would be the rehearsal of another thing. */
    @Override
    public boolean answered() {
        for (int left = ring.responsesAvailable(); left > 0; left--) {
            ring.advanceResponse();
            answered++;
        }
        if (answered == submitted) {
            drain.clear();
            drain.add(sink.window(), 0, sink.window().bytes());
            drain.receive(wire().listener());
        }
        return answered == submitted;
    }
}
