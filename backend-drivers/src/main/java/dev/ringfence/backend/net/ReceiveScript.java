// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.backend.QueueContext;
import dev.ringfence.backend.QueueService;
import dev.ringfence.memory.Doorbell;
import dev.ringfence.memory.IoVector;
import dev.ringfence.memory.PrivateMemory;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.NetifLayout;
import dev.ringfence.protocol.RxRequest;
import dev.ringfence.protocol.VirtioNetHeader;
import dev.ringfence.ring.Journal;
import java.util.function.Function;

/** Frames that arrive, one a turn since a pipe keeps no boundaries: small ones, and large TCP segments. */
final class ReceiveScript extends NetScript {
    private static final int SLOT_BYTES = NetifLayout.RX_REQUEST_BYTES;
    private static final int LARGE_BYTES = 3 * 4096 + 100;
    private static final int SMALL_BYTES = 60;

    private final NetworkPort port;
    private final PrivateMemory frame = new PrivateMemory(VirtioNetHeader.BYTES + LARGE_BYTES);
    private final IoVector vector = new IoVector(1);
    private int expected;
    private int answered;

    /** @param port at which frames arrive that are put into a wire */
    ReceiveScript(Function<Doorbell.Pair, NetworkPort> port) {
        super(SLOT_BYTES);
        this.port = port.apply(wire());
        new Doorbell.Listener(wire().listener()).nonBlocking();
        // The kernel's word for a segment to be cut: flags, TCP over IPv4, then sizes.
        frame.window().putByte(0, (byte) 1);
        frame.window().putShort(4, (short) 1448);
    }

    @Override
    QueueService service(QueueContext context) {
        return new ReceiveService(context, port);
    }

    @Override
    public int begin(Window region, int driver) {
        int first = super.begin(region, driver);
        expected = 0;
        answered = 0;
        post(PAGES);
        return first;
    }

    private void post(int count) {
        for (int i = 0; i < count; i++) {
            int page = ring.requestIndex() % PAGES;
            RxRequest.encode(ring.window(), ring.requestOffset(), page, refs[page]);
            ring.advanceRequest();
        }
        ring.publishRequests();
    }

    @Override
    public void abandon(Journal journal) {
        predecessorsGrants.pinPersistently(refs[0], true);
        journal.done(take(journal), SMALL_BYTES, 0);
        take(journal);
        take(journal);
    }

    private int take(Journal journal) {
        int entry = journal.open();
        ring.window()
                .copyTo(slot(journal.requestConsumer()), journal.window(), journal.requestOffset(entry), SLOT_BYTES);
        journal.take(entry, SLOT_BYTES, 0);
        return entry;
    }

    @Override
    public void submit(int turn) {
        boolean large = turn % 2 == 1;
        int bytes = VirtioNetHeader.BYTES + (large ? LARGE_BYTES : SMALL_BYTES);
        frame.window().putByte(1, (byte) (large ? 1 : 0));
        vector.clear();
        vector.add(frame.window(), 0, bytes);
        if (vector.send(wire().ringer()) != bytes) {
            throw new IllegalStateException("the pipe takes no frame: bytes=" + bytes);
        }
        expected += large ? 5 : 1;
    }

    @Override
    public boolean answered() {
        int taken = 0;
        for (int left = ring.responsesAvailable(); left > 0; left--) {
            ring.advanceResponse();
            taken++;
        }
        answered += taken;
        post(taken);
        return answered == expected;
    }
}
