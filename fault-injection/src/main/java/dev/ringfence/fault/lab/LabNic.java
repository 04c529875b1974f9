// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.domain.ConnectionSpec;
import dev.ringfence.domain.DeviceDescription;
import dev.ringfence.domain.QueueSpec;
import dev.ringfence.domain.ReceiveMode;
import dev.ringfence.domain.SwitchOptions;
import dev.ringfence.fault.DiskHistory.Nature;
import dev.ringfence.fault.DiskHistory.Violation;
import dev.ringfence.fault.FrameHistory;
import dev.ringfence.fault.TaggedFrame;
import dev.ringfence.fault.TaggedFrame.Way;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.Window;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A guest's NIC at a switch, from all of its far ends: the memory a hypervisor makes, the guest that uses it, and the world. What
 * is not there when nobody has anything to do any more will never be: then it is lost.
 */
final class LabNic implements LabSubject {
    static final int TRANSMIT = 0;
    static final int RECEIVE = 1;
    static final int QUEUES = 2;
    /** What a page of either ring has room for. */
    static final int SLOTS = 256;

    private static final int PAGES = 48;
    private static final int REFILL = 10;
    private static final int MTU = 1500;
    private static final long AGEING_MILLIS = 300_000;
    private static final int BROADCASTS = 1_000;
    /** Whatever was done before the last but one of them would have been seen, or heard. */
    private static final int STILL_LOOKS = 4;

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(3);

    private final int firstIndex;
    private final FrameHistory history = new FrameHistory();
    private final LabWire wire = new LabWire(history);
    /** The last is the one in use; the others stay, since their drivers may be there still. */
    private final List<Ends> ends = new ArrayList<>();

    private Servant servant;
    private long lookedNanos;
    private boolean workersIdle;
    private int idleLooks;
    private boolean still;

    private boolean hopeless;

    /** A connection and the guest's side of it. */
    private record Ends(LabLink link, GuestPages pages, LabTransmitRing transmit, LabReceiveRing receive) {
        List<GuestRing> rings() {
            return List.of(transmit, receive);
        }
    }

    /** @param firstIndex where both rings begin */
    LabNic(int firstIndex) {
        this.firstIndex = firstIndex;
        ends.add(connect());
    }

    private Ends connect() {
        LabLink link = new LabLink(QUEUES + PAGES, QUEUES, SLOTS, firstIndex);
        Window region = link.region().window();
        int rings = link.nextFrames(QUEUES);
        GuestPages pages = new GuestPages(region, link.nextFrames(PAGES), PAGES, history);
        LabTransmitRing transmit = new LabTransmitRing(region, rings + TRANSMIT, firstIndex, pages, history);
        LabReceiveRing receive = new LabReceiveRing(region, rings + RECEIVE, firstIndex, pages, history);
        link.add(transmit);
        link.add(receive);
        return new Ends(link, pages, transmit, receive);
    }

    private Ends inUse() {
        return ends.get(ends.size() - 1);
    }

    @Override
    public LabLink link() {
        return inUse().link();
    }

    /** A switch with the guest and an uplink, anew for each life. */
    @Override
    public DeviceDescription device(int life, Map<String, String> options) {
        SwitchOptions.Port port = new SwitchOptions.Port(
                life, 0, TaggedFrame.GUEST, false, ReceiveMode.COPY, List.of(address(TaggedFrame.GUEST_ADDRESS)));
        Map<String, String> all = new LinkedHashMap<>(options);
        all.putAll(
                new SwitchOptions(MTU, AGEING_MILLIS, BROADCASTS, SwitchOptions.Uplink.TAP, 0, List.of(port)).toMap());
        return new DeviceDescription(Saboteur.device(life), DeviceDescription.SWITCH, 0, 0, false, 1, all);
    }

    private static InetAddress address(int four) {
        try {
            return InetAddress.getByAddress(ByteBuffer.allocate(4).putInt(four).array());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four=" + four, e);
        }
    }

    @Override
    public Map<String, String> deviceOptions() {
        return new LinkedHashMap<>();
    }

    @Override
    public List<Descriptor> openFiles() {
        return wire.open();
    }

    @Override
    public ConnectionSpec spec(int life) {
        QueueSpec out = new QueueSpec(List.of(0), 1, false);
        QueueSpec in = new QueueSpec(List.of(0), 2, true);
        return new ConnectionSpec(life, 0, Saboteur.device(life), SLOTS, false, List.of(out, in));
    }

    @Override
    public void reconnect() {
        Ends old = inUse();
        Ends fresh = connect();
        ends.add(fresh);
        old.transmit().moveTo(fresh.transmit());
        fresh.receive().post(old.receive().outstanding());
    }

    @Override
    public void publish() {
        inUse().rings().forEach(GuestRing::publish);
    }

    /** Its bells are rung already: it may wait for a frame from outside. */
    @Override
    public void nudge() {
        if (!wire.isUnread()) {
            wire.nudge();
        }
    }

    @Override
    public boolean isAnswered() {
        return inUse().transmit().outstanding() == 0 && history.isAllIn();
    }

    @Override
    public boolean poll() {
        boolean sane = !hopeless;
        idleLooks = 0;
        for (GuestRing ring : inUse().rings()) {
            if (still && ring.hasAnswers()) {
                violation(Nature.UNANSWERED, "nobody has rung for answers in ring " + ring.ringFrame());
            }
            sane &= ring.poll();
        }
        wire.poll();
        if (sane && wire.isInboxFull() && inUse().receive().outstanding() == 0) {
            // More came than was sent: who does not take it never sees what comes behind.
            inUse().receive().post(REFILL);
            inUse().receive().publish();
        }
        if (still) {
            still = false;
            history.settled();
        }
        return sane;
    }

    @Override
    public boolean arm() {
        boolean nothing = true;
        for (GuestRing ring : inUse().rings()) {
            nothing &= ring.outstanding() == 0 || ring.arm();
        }
        return nothing;
    }

    @Override
    public boolean isRung() {
        return inUse().rings().stream().anyMatch(GuestRing::isRung);
    }

    @Override
    public void servedBy(Servant newServant) {
        servant = newServant;
    }

    /** Nothing waits at any place for anybody, and nobody has anything in hand. */
    @Override
    public boolean isStill() {
        look();
        return still || hopeless;
    }

    /** Costs some system calls, so now and then. */
    private void look() {
        long now = System.nanoTime();
        if (now - lookedNanos < LOOK_NANOS) {
            return;
        }
        lookedNanos = now;
        workersIdle = servant.isIdle();
        boolean read = !wire.isUnread() && servant.isUplinkIdle();
        // What a worker has in hand it may be waited for; then the worker is the one that hangs.
        if (!hopeless && servant.isUplinkStuck(read || !workersIdle ? now : 0)) {
            // No monitor looks whether somebody does: who does not is not replaced.
            hopeless = true;
            violation(Nature.UNANSWERED, "nobody reads the uplink any more");
        }
        boolean nothing = inUse().transmit().outstanding() == 0 && !wire.isInboxFull();
        idleLooks = read && nothing && workersIdle ? idleLooks + 1 : 0;
        still = idleLooks >= STILL_LOOKS;
    }

    @Override
    public boolean isDriverIdle() {
        return inUse().transmit().isDriverIdle();
    }

    /** A posted buffer is owed nothing while there is nothing for it, and nobody has anything in hand for it. */
    @Override
    public long progress() {
        look();
        boolean owes = inUse().transmit().outstanding() > 0
                || wire.isInboxFull() && inUse().receive().outstanding() > 0
                || !workersIdle && !history.isAllIn();
        return owes ? link().progress() * 31 + inUse().transmit().outstanding() : System.nanoTime();
    }

    @Override
    public boolean work(Patience patience) {
        return Exchange.MIXED.stream().allMatch(exchange -> exchange(exchange, patience));
    }

    @Override
    public boolean overwrite(Patience patience) {
        return exchange(Exchange.LAST, patience);
    }

    private boolean exchange(Exchange exchange, Patience patience) {
        if (!exchange.late()) {
            post(exchange);
        }
        exchange.out()
                .forEach(out -> inUse().transmit()
                        .submit(
                                history.send(Way.OUT, out.bytes(), out.segmentBytes(), out.checksumBlank(), false),
                                out.pieces()));
        publish();
        int early = exchange.late() ? 1 : 0;
        exchange.in().subList(0, early).forEach(this::send);
        if (exchange.late()) {
            if (!awaitFetched(patience)) {
                return false;
            }
            post(exchange);
            publish();
        }
        exchange.in().subList(early, exchange.in().size()).forEach(this::send);
        if (!patience.awaitAnswers()) {
            return false;
        }
        wire.poll();
        history.settled();
        inUse().rings().forEach(GuestRing::rest);
        return patience.awaitIdle();
    }

    private boolean awaitFetched(Patience patience) {
        boolean sane = true;
        while (sane && !isFetched()) {
            sane = poll() && (!arm() || patience.await(() -> isFetched() || isRung(), "somebody who fetches a frame"));
        }
        return sane && !hopeless;
    }

    /** As far as it can be fetched. */
    private boolean isFetched() {
        look();
        return hopeless
                || !wire.isUnread() && (!wire.isInboxFull() || inUse().receive().outstanding() == 0);
    }

    private void post(Exchange exchange) {
        inUse().receive().post(exchange.posted());
    }

    private void send(Exchange.In in) {
        wire.send(history.send(Way.IN, in.bytes(), in.segmentBytes(), in.checksumBlank(), in.toAll()));
    }

    /** Frames go both ways, and none is lost any more; then every posted buffer gets one, and every page is the guest's again. */
    @Override
    public void finish(Patience patience) {
        if (exchange(Exchange.LAST, patience)
                && exchange(Exchange.filling(inUse().receive().outstanding()), patience)) {
            inUse().pages().checkWhole();
            for (int queue = 0; queue < QUEUES; queue++) {
                link().unlessIdle(queue, inUse().rings().get(queue).requestProducer())
                        .ifPresent(what -> violation(Nature.PROTOCOL, what));
            }
        }
    }

    @Override
    public void inspect() {
        ends.forEach(connection -> connection.pages().checkFree());
    }

    @Override
    public void driverEnded() {
        history.died(inUse().receive().outstanding());
    }

    @Override
    public void violation(Nature nature, String what) {
        history.violation(nature, what);
    }

    @Override
    public boolean isCaught() {
        return history.has(Nature.PROTOCOL);
    }

    @Override
    public List<Violation> judge() {
        return history.judge();
    }

    @Override
    public long failures() {
        return history.failures();
    }

    @Override
    public long longestWaitNanos() {
        return ends.stream()
                .mapToLong(connection -> connection.link().longestWaitNanos())
                .max()
                .orElse(0);
    }

    @Override
    public String remarks() {
        return history.lost() + history.doubled() == 0
                ? ""
                : "frames lost: " + history.lost() + ", doubled: " + history.doubled();
    }

    @Override
    public void close() {
        ends.forEach(connection -> connection.link().close());
        wire.close();
    }
}
