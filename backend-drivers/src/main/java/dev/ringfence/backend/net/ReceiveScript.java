// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.backend.QueueContext;
import dev.ringfence.backend.QueueService;
import dev.ringfence.domain.ReceiveMode;
import dev.ringfence.grant.OwnershipTable;
import dev.ringfence.grant.PagePools;
import dev.ringfence.grant.PageTransfer;
import dev.ringfence.grant.RegionLayout;
import dev.ringfence.memory.Doorbell;
import dev.ringfence.memory.IoVector;
import dev.ringfence.memory.PrivateMemory;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.NetifLayout;
import dev.ringfence.protocol.RxRequest;
import dev.ringfence.protocol.VirtioNetHeader;
import dev.ringfence.ring.ControlRegion;
import dev.ringfence.ring.Journal;
import java.util.function.Function;

/**
 * Frames that arrive, one a turn since a pipe keeps no boundaries: small ones, and large TCP segments. In granted pages, or in pages
 * that are handed over for them.
 */
final class ReceiveScript extends NetScript {
    private static final int SLOT_BYTES = NetifLayout.RX_REQUEST_BYTES;
    private static final int LARGE_BYTES = 3 * 4096 + 100;
    private static final int SMALL_BYTES = 60;

    /** As a guest's region has, so that what looks at each of its pages is compiled. */
    private static final int FLIPPED_FRAMES = 16_384;

    private final NetworkPort port;
    private final ReceiveMode mode;
    private final PrivateMemory frame = new PrivateMemory(VirtioNetHeader.BYTES + LARGE_BYTES);
    private final IoVector vector = new IoVector(1);
    private int expected;
    private int answered;
    private int driver;

    /** @param port at which frames arrive that are put into a wire */
    ReceiveScript(Function<Doorbell.Pair, NetworkPort> port, ReceiveMode mode) {
        super(SLOT_BYTES);
        this.mode = mode;
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
    public ReceiveMode receive() {
        return mode;
    }

    @Override
    public int frames() {
        return mode.flips() ? FLIPPED_FRAMES : super.frames();
    }

    @Override
    int offer(int to, int frame) {
        return mode.flips() ? table.acceptTransfer(to, frame) : super.offer(to, frame);
    }

    @Override
    public int begin(Window region, int to) {
        driver = to;
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
    public void abandon(Journal journal, ControlRegion control) {
        int entry = take(journal);
        if (mode.flips()) {
            abandonFlip(journal, entry, control);
        } else {
            predecessorsGrants.pinPersistently(refs[0], true);
        }
        journal.done(entry, RxAnswer.page(SMALL_BYTES, 0, true), 0);
        take(journal);
        take(journal);
    }

    /** A frame that is whole in the journal: it arrives. */
    private void abandonFlip(Journal journal, int entry, ControlRegion control) {
        Window region = predecessorsGrants.region();
        OwnershipTable owners = new OwnershipTable(control.tail(OwnershipTable.bytes(frames())), frames());
        PageTransfer transfer = new PageTransfer(region, owners, driver, 0, 0);
        int full = new PagePools(RegionLayout.of(region), 1, slots()).first(0);
        transfer.prepare(journal.window(), journal.attachmentOffset(entry), refs[0], transfer.commit(refs[0]), full);
        expected++;
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
            int page = ring.responseIndex() % PAGES;
            if (mode.flips()) {
                refs[page] = offer(driver, table.endTransfer(refs[page]));
            }
            ring.advanceResponse();
            taken++;
        }
        answered += taken;
        post(taken);
        return answered == expected;
    }
}
