// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.domain.ReceiveMode;
import dev.ringfence.memory.CrashPoint;
import dev.ringfence.ring.RingLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * One guest and its wire at work while their drivers, one after the other, die; and what is checked of it. Everything happens on the
 * calling thread, so that a run with the same deaths is the same run.
 */
final class LabRun implements AutoCloseable {
    static final int PAGES = 96;
    /** The indices pass 2^32, and the slots their end, in the middle of a run. */
    static final int BEFORE_WRAP = -4;

    private static final int LARGEST_FRAME_SLOTS = 18;

    private final List<String> violations = new ArrayList<>();
    private final LabNic nic;
    private final CrashClock clock;
    private final LabWire wire;
    private final LabGuest guest;
    private final LabOwners owners;
    private final Conduct conduct;

    private final int[] shownAnswers = {BEFORE_WRAP, BEFORE_WRAP};
    private LabNic.Life life;
    private int takeoverFate;
    private int deaths;
    /** The rings do not show what the driver has answered, but what the guest has written. */
    private boolean isScribbled;

    /** What a guest does when its driver has just died. */
    enum Conduct {
        /** It sleeps until it is rung. */
        ASLEEP,
        /** It looks at its rings: what it sees there must stay so. */
        ATTENTIVE,
        /** It writes over all in its rings that it may write and that is no answer it waits for. */
        HOSTILE
    }

    LabRun(ReceiveMode mode, Conduct conduct, boolean plainToo) {
        this.conduct = conduct;
        nic = new LabNic(PAGES, BEFORE_WRAP, mode);
        clock = new CrashClock(this::look, plainToo);
        wire = new LabWire(clock, violations);
        guest = new LabGuest(nic, wire, PAGES, BEFORE_WRAP, violations);
        owners = new LabOwners(nic, guest, violations);
        life = nic.new Life(wire);
        CrashPoint.watch(clock);
    }

    /** After how many stores the present driver is to die, and its successor in its takeover; 0: never. */
    void fates(int driver, int successor) {
        clock.set(driver);
        takeoverFate = successor;
    }

    /** After every store of a driver: no answer that the guest may have seen is taken back. */
    private void look() {
        for (int queue = 0; queue < LabNic.QUEUES && !isScribbled; queue++) {
            int shown = RingLayout.responseProducer(nic.ring(queue));
            if (shown - shownAnswers[queue] < 0) {
                violations.add("answers of queue " + queue + " go back from " + shownAnswers[queue] + " to " + shown);
            }
            shownAnswers[queue] = shown;
        }
    }

    void transmit(int bytes, int gsoSize) {
        guest.transmit(bytes, gsoSize);
    }

    void post(int count) {
        guest.post(count);
    }

    void offer(int bytes, int gsoSize) {
        wire.offer(bytes, gsoSize);
    }

    boolean isSound() {
        return violations.isEmpty();
    }

    LabGuest guest() {
        return guest;
    }

    /** Shows the driver what there is, and lets it work until it sleeps, whoever it is then. */
    void settle() {
        for (int queue = 0; queue < LabNic.QUEUES; queue++) {
            if (guest.publish(queue)) {
                life.wake(queue);
            }
        }
        if (wire.hasFrame()) {
            life.wake(LabNic.RECEIVE);
        }
        try {
            while (violations.isEmpty() && !clock.survives(this::live)) {
                succeed();
            }
        } catch (RuntimeException e) {
            violations.add("a driver broke down: " + e);
        }
        if (violations.isEmpty()) {
            guest.wakeIfRung();
            checkSettled();
        }
    }

    private void live() {
        if (!life.inOffice()) {
            life.takeOver();
            isScribbled = false;
            clock.aside(() -> {
                look();
                if (deaths > 0) {
                    clock.set(0);
                }
                owners.check(true);
            });
        }
        life.serve();
    }

    private void succeed() {
        deaths++;
        owners.check(false);
        if (conduct == Conduct.ATTENTIVE) {
            guest.poll();
        } else if (conduct == Conduct.HOSTILE) {
            isScribbled = true;
            owners.scribble();
        }
        life.end();
        life = nic.new Life(wire);
        wire.nextLife();
        clock.set(takeoverFate);
        takeoverFate = 0;
    }

    private void checkSettled() {
        owners.check(true);
        require(guest.slots(LabNic.TRANSMIT).isEmpty(), "unanswered: " + guest.slots(LabNic.TRANSMIT));
        require(wire.came() == wire.expected(), "frames that came: " + wire.came() + " of " + wire.expected());
        require(wire.doubled() <= deaths, "doubled frames: " + wire.doubled() + " after deaths: " + deaths);
    }

    /** Has all buffers used up: every one of them comes back, and every page is the guest's again. */
    void finish() {
        clock.set(0);
        takeoverFate = 0;
        guest.post(Math.min(LARGEST_FRAME_SLOTS, guest.freePages()));
        settle();
        int posted = guest.slots(LabNic.RECEIVE).size();
        for (int i = 0; i < posted; i++) {
            wire.offer(60, 0);
        }
        settle();
        require(guest.slots(LabNic.RECEIVE).isEmpty(), "lost buffers: " + guest.slots(LabNic.RECEIVE));
        require(guest.freePages() == PAGES, "pages of the guest: " + guest.freePages());
        for (int number = 0; number < wire.taken(); number++) {
            boolean lost = !guest.received().contains(number);
            require(!lost || wire.diedWithIt(number), "frame " + number + " is lost, and its driver lived");
        }
    }

    private void require(boolean holds, String otherwise) {
        if (!holds && violations.isEmpty()) {
            violations.add(otherwise);
        }
    }

    /**
     * What a run came to.
     *
     * @param stores of all drivers
     * @param doubled frames that were sent twice
     * @param lost frames that a driver took from the wire and the guest never got
     */
    record Result(int deaths, int stores, int doubled, int lost, List<String> violations) {}

    Result result() {
        int lost = wire.taken() - guest.received().size();
        return new Result(deaths, clock.stores(), wire.doubled(), lost, List.copyOf(violations));
    }

    /** Ordered stores and plain ones are counted, or, with a death of the successor too, only the ordered. */
    static Result of(ReceiveMode mode, LabScenario scenario, Conduct conduct, int driver, int successor) {
        try (LabRun run = new LabRun(mode, conduct, successor == 0)) {
            run.fates(driver, successor);
            scenario.batches().forEach(batch -> {
                batch.accept(run);
                run.settle();
            });
            run.finish();
            return run.result();
        }
    }

    @Override
    public void close() {
        life.end();
        nic.close();
    }
}
