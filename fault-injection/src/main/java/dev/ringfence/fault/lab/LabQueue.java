// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.fault.DiskHistory.Kind;
import dev.ringfence.fault.DiskHistory.Nature;
import dev.ringfence.fault.SectorTag;
import dev.ringfence.grant.GrantTable;
import dev.ringfence.grant.RegionLayout;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.Doorbell;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.BlkifLayout;
import dev.ringfence.protocol.BlockRequest;
import dev.ringfence.protocol.BlockResponse;
import dev.ringfence.ring.FrontRing;
import dev.ringfence.ring.RingLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One queue of a guest that writes down all it does and sees. It sleeps on its doorbell as a real one would, so that a
 * wake-up lost is an answer lost. One thread.
 */
final class LabQueue implements RingEnd {
    private static final int REQ_EVENT = 4;
    private static final int RSP_PROD = 8;
    private static final int SECTORS_A_PAGE = BlkifLayout.SECTORS_PER_PAGE;

    private final LabConnection connection;
    private final LabLink link;
    private final GrantTable grants;
    private final Window region;
    private final Window ringPage;
    private final int ringFrame;
    private final FrontRing ring;
    private final BlockRequest request = new BlockRequest();
    private final BlockResponse response = new BlockResponse();
    private final Doorbell.Pair toDriver = Doorbell.create();
    private final Doorbell.Pair toGuest = Doorbell.create();
    private final Doorbell.Ringer ringer = new Doorbell.Ringer(toDriver.ringer().duplicate());
    private final Doorbell.Listener listener =
            new Doorbell.Listener(toGuest.listener().duplicate());
    private final Map<Long, Outstanding> outstanding = new HashMap<>();
    /** Reads that brought wrong data, and are to be asked again. */
    private final Map<Long, Operation> doubted = new TreeMap<>();

    private BadPath path;
    private int unshown;
    private boolean withheld;
    private int requestProducer;
    private int responseConsumer;
    private long waitingSinceNanos;
    private long longestWaitNanos;

    private record Outstanding(Operation operation, int firstFrame, List<Integer> refs) {}

    LabQueue(LabConnection connection, LabLink link, GrantTable grants, int ringFrame, int firstIndex) {
        this.connection = connection;
        this.link = link;
        this.grants = grants;
        this.region = link.region().window();
        this.ringFrame = ringFrame;
        this.ringPage = RegionLayout.frames(region, ringFrame, 1);
        this.path = BadPath.sound(ringPage);
        this.ring = new FrontRing(ringPage, BlkifLayout.REQUEST_BYTES);
        ring.initialise(firstIndex);
        // As if the driver had not asked yet: then it is seen when it first goes to sleep.
        ringPage.putInt(REQ_EVENT, firstIndex);
        requestProducer = firstIndex;
        responseConsumer = firstIndex;
    }

    @Override
    public int ringFrame() {
        return ringFrame;
    }

    Window ringPage() {
        return ringPage;
    }

    int requestProducer() {
        return requestProducer;
    }

    /** Not answered yet, or not to be believed. */
    int outstanding() {
        return outstanding.size() + doubted.size();
    }

    /** Some read has brought what nobody wrote: who has answered it is not to be trusted. */
    boolean isInDoubt() {
        return !doubted.isEmpty();
    }

    /** Asks again for what was not believed. */
    void askAgain() {
        doubted.forEach(this::ask);
        doubted.clear();
        publish();
    }

    @Override
    public List<Descriptor> driverEnds() {
        return List.of(toDriver.listener(), toGuest.ringer(), toDriver.ringer());
    }

    @Override
    public void ring() {
        ringer.ring();
    }

    /** The driver has done all it was asked, and asked to be told of more. */
    boolean isDriverIdle() {
        return ringPage.getIntAcquire(REQ_EVENT) == requestProducer + 1;
    }

    /** From now on, and until {@link #endBadPath}, what passes between guest and driver passes here. */
    void badPath(ProtocolFault fault) {
        path = new BadPath(fault, ringPage);
    }

    /** The driver that the path was bad for is gone. */
    void endBadPath() {
        path.end();
        if (withheld) {
            show();
            ringer.ring();
        }
    }

    /** How often the path has done something to what passed. */
    int badPathHits() {
        return path.hits();
    }

    /** Puts a request into the ring, not yet visible. */
    void submit(Operation operation) {
        long id = connection.nextId();
        connection.history().submitted(id, operation.kind(), operation.sector(), operation.count());
        connection.tags().ifPresent(tags -> tags.submitted(id, operation));
        ask(id, operation);
    }

    /** Asks another queue, by the same ids, for all that was not answered. */
    void moveTo(LabQueue other) {
        new TreeMap<>(outstanding).forEach((id, asked) -> other.ask(id, asked.operation()));
        outstanding.clear();
        other.doubted.putAll(doubted);
        doubted.clear();
    }

    private void ask(long id, Operation operation) {
        int pages = operation.hasData() ? (operation.count() + SECTORS_A_PAGE - 1) / SECTORS_A_PAGE : 0;
        int firstFrame = link.nextFrames(pages);
        List<Integer> refs = new ArrayList<>();
        for (int page = 0; page < pages; page++) {
            int ref = grants.grantAccess(LabProcess.DOMID, firstFrame + page, operation.kind() == Kind.WRITE);
            path.granted(grants.layout().table(region), ref);
            refs.add(ref);
        }
        outstanding.put(id, new Outstanding(operation, firstFrame, refs));
        if (operation.kind() == Kind.WRITE) {
            ByteBuffer data = data(firstFrame, operation.count());
            for (int i = 0; i < operation.count(); i++) {
                SectorTag.write(data, i * SectorTag.BYTES, operation.sector() + i, id);
            }
        }
        describe(operation, id, refs);
        request.encode(ringPage, ring.requestOffset());
        path.requested(ring.requestOffset(), unshown == 0 ? -1 : offset(requestProducer - 1));
        ring.advanceRequest();
        unshown++;
        requestProducer++;
    }

    private void describe(Operation operation, long id, List<Integer> refs) {
        switch (operation.kind()) {
            case FLUSH -> request.asFlush(0, id);
            case DISCARD -> request.asDiscard(0, id, operation.sector(), operation.count());
            default -> describeTransfer(operation, id, refs);
        }
    }

    private void describeTransfer(Operation operation, long id, List<Integer> refs) {
        int transfer = operation.kind() == Kind.READ ? BlkifLayout.READ : BlkifLayout.WRITE;
        if (operation.indirect()) {
            request.asIndirect(transfer, 0, id, operation.sector());
        } else {
            request.asDirect(transfer, 0, id, operation.sector());
        }
        int left = operation.count();
        for (int ref : refs) {
            int sectors = Math.min(left, SECTORS_A_PAGE);
            request.addSegment(ref, 0, sectors - 1);
            left -= sectors;
        }
        if (operation.indirect()) {
            int frame = link.nextFrames(1);
            request.encodeIndirectSegments(region, RegionLayout.offset(frame));
            int ref = grants.grantAccess(LabProcess.DOMID, frame, true);
            request.indirectGref(0, ref);
            refs.add(ref);
        }
    }

    private ByteBuffer data(int firstFrame, int sectors) {
        return region.byteBuffer(RegionLayout.offset(firstFrame), sectors * SectorTag.BYTES);
    }

    private static long offset(int index) {
        return RingLayout.HEADER_BYTES + (long) (index & LabConnection.SLOTS - 1) * BlkifLayout.REQUEST_BYTES;
    }

    /** Makes what was submitted visible, and rings if the driver asked for it. */
    void publish() {
        waitingSinceNanos = System.nanoTime();
        unshown = 0;
        withheld = !path.shows();
        if (withheld) {
            ringer.ring();
        } else {
            show();
        }
    }

    private void show() {
        withheld = false;
        int rings = ring.publishRequests() ? path.rings() : 0;
        for (int i = 0; i < rings; i++) {
            ringer.ring();
        }
    }

    /** The longest time between two answers, or a request made visible and the answer after it. */
    @Override
    public long longestWaitNanos() {
        return longestWaitNanos;
    }

    /** Takes the answers there are; false when the ring makes no sense. */
    boolean poll() {
        if (!path.looks(ring.responsesAvailable())) {
            path.isDue();
            return true;
        }
        int available = ring.responsesAvailable();
        if (available > 0) {
            long now = System.nanoTime();
            longestWaitNanos = Math.max(longestWaitNanos, now - waitingSinceNanos);
            waitingSinceNanos = now;
        }
        while (available > 0) {
            int times = path.takes(ring.responseOffset(), available > 1 ? offset(responseConsumer + 1) : -1);
            response.decode(ringPage, ring.responseOffset());
            ring.advanceResponse();
            responseConsumer++;
            for (int i = 0; i < times; i++) {
                answered();
            }
            available = ring.responsesAvailable();
        }
        if (available == FrontRing.OVERFLOW) {
            connection
                    .history()
                    .violation(
                            Nature.PROTOCOL,
                            "rsp_prod=" + Integer.toUnsignedString(ringPage.getInt(RSP_PROD))
                                    + " is no index of a driver: answers taken "
                                    + Integer.toUnsignedString(responseConsumer)
                                    + ", requests made " + Integer.toUnsignedString(requestProducer));
        }
        if (responseConsumer == requestProducer && !outstanding.isEmpty()) {
            connection
                    .history()
                    .violation(Nature.PROTOCOL, "as many answers as requests, and none to " + outstanding.keySet());
            return false;
        }
        return available != FrontRing.OVERFLOW;
    }

    private void answered() {
        long id = response.id();
        Outstanding answered = outstanding.remove(id);
        if (doubted.containsKey(id)) {
            connection
                    .history()
                    .violation(Nature.PROTOCOL, "another answer to request " + id + ", which was wrong before");
            return;
        }
        if (answered == null) {
            connection.history().answered(id, response.status());
            return;
        }
        Operation operation = answered.operation();
        if (operation.kind() != Kind.READ || response.status() != 0) {
            answer(id, operation, response.status());
        } else {
            ByteBuffer data = data(answered.firstFrame(), operation.count());
            if (connection.tags().isEmpty() || connection.tags().get().isRight(id, operation, data)) {
                answer(id, operation, 0, values(operation, data));
            } else if (connection.tags().get().doubt(id)) {
                doubted.put(id, operation);
            } else {
                answer(id, operation, BlkifLayout.ERROR);
            }
        }
        takeBack(id, answered.refs());
    }

    private static long[] values(Operation read, ByteBuffer data) {
        long[] values = new long[read.count()];
        for (int i = 0; i < values.length; i++) {
            values[i] = SectorTag.read(data, i * SectorTag.BYTES, read.sector() + i);
        }
        return values;
    }

    private void answer(long id, Operation operation, int status, long... values) {
        connection.tags().ifPresent(tags -> tags.ended(id, operation, status));
        connection.history().answered(id, status, values);
    }

    private void takeBack(long id, List<Integer> refs) {
        refs.stream()
                .filter(ref -> !grants.endAccess(ref))
                .forEach(ref -> connection
                        .history()
                        .violation(
                                Nature.PROTOCOL, "ref " + ref + " of request " + id + " is in use after its answer"));
    }

    /** Asks to be told of the next answer; true when there is nothing to take meanwhile. */
    boolean arm() {
        return !ring.armAndRecheck();
    }

    /** The driver has rung since the last call. */
    boolean isRung() {
        if (path.isDue()) {
            if (withheld) {
                show();
            }
            ringer.ring();
            return true;
        }
        return path.hears(listener.await(0));
    }

    @Override
    public void close() {
        ringer.close();
        listener.close();
        toDriver.close();
        toGuest.close();
    }
}
