// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.fault.DiskHistory;
import dev.ringfence.fault.DiskHistory.Nature;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One guest and two drivers: the first has a fault in it, the second, its heir, has none.
 *
 * <p>The guest works until all is done, whoever does it. A first driver that lives to the end is made to die then: what it leaves
 * in its journal is judged by what its heir makes of it. A heir that can't make sense of it gives the connection up, and the guest
 * connects again, as front-ends do. In the end what the guest
 * has seen, and the device, have to be what a device may make of it.
 */
public final class FaultyRun {
    /** The drivers there are in the lab. */
    public static final String BLOCK = "block";

    public static final String NET = "net";

    private static final long PATIENCE_MILLIS = 20_000;
    private static final long STANDSTILL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /** A guest that is given up again and again has no driver. */
    private static final int RECONNECTS = 3;

    private final Setting setting;
    private final Fault fault;
    private final LabProcess clean;
    private final LabSubject subject;
    private final Patience patience;
    private final FirstDriver first;
    private Optional<Heir> heir = Optional.empty();
    private int reconnects;
    private boolean heirDied;
    private boolean over;

    /**
     * Where runs take place.
     *
     * @param fenced false: a driver that was stopped is replaced although it is not dead
     */
    public record Setting(Lab lab, DriverPair drivers, boolean fenced, Guest guest) {
        public static Setting of(Lab lab, DriverPair drivers) {
            return new Setting(lab, drivers, true, Guest.MIXED);
        }

        /** The same with tags. */
        public Setting withTags() {
            return new Setting(lab, drivers, fenced, guest.withTags());
        }
    }

    /** How the first driver came to its end. */
    public enum End {
        /** The fault makes no valid class. */
        STILLBORN,
        /** It has not yet. */
        SERVED,
        /** It did all the work, and was made to. */
        RETIRED,
        /** Of an error, a signal, an exit. */
        DIED,
        /** It was killed, since it made no progress. */
        HUNG,
        /** It was killed, since it took too much. */
        HOGGED,
        /** It gave the connection up, and said it was the guest's fault. */
        GAVE_UP,
        /** It was killed, since it had returned wrong data. */
        DISTRUSTED
    }

    /**
     * What a run came to.
     *
     * @param how the first driver ended, in words
     * @param edit what the fault changed in the code; empty for faults that are none of the code
     * @param hits of the fault
     * @param errors requests that failed
     * @param outageNanos the longest time without an answer that the guest waited for
     * @param reconnects how often the guest had to connect again
     * @param heirDied the driver without a fault did not live to the end
     * @param violations all that is wrong
     */
    public record Result(
            End end,
            String how,
            String edit,
            int hits,
            int errors,
            long outageNanos,
            int reconnects,
            boolean heirDied,
            List<DiskHistory.Violation> violations) {}

    private FaultyRun(Setting setting, LabSubject subject, Fault fault) {
        this.setting = setting;
        this.fault = fault;
        this.subject = subject;
        this.patience = new Patience(subject, PATIENCE_MILLIS, this::tend, this::replaceCaught);
        this.first = new FirstDriver(setting.lab(), setting.drivers().faulty(), subject, fault);
        this.clean = setting.drivers().clean();
    }

    /** As {@link #run(Setting, String, Fault)}, of the block driver. */
    public static Result run(Setting setting, Fault fault) {
        return run(setting, BLOCK, fault);
    }

    /**
     * Any fault at all, the guest is safe; drivers that don't survive it are replaced.
     *
     * @param driver "block" or "net"
     */
    public static Result run(Setting setting, String driver, Fault fault) {
        try (LabSubject subject = subject(setting, driver, fault)) {
            return new FaultyRun(setting, subject, fault).run();
        }
    }

    private static LabSubject subject(Setting setting, String driver, Fault fault) {
        return switch (driver) {
            case BLOCK -> new LabConnection(setting.lab(), setting.guest(), diskOptions(fault));
            case NET -> new LabNic(Workloads.BEFORE_WRAP);
            default -> throw new IllegalArgumentException("driver=" + driver);
        };
    }

    private static Map<String, String> diskOptions(Fault fault) {
        return fault instanceof DeviceFault device && device.kind().isPermanent()
                ? Map.of(LabDriver.FAULT, device.encode())
                : Map.of();
    }

    private Result run() {
        if (fault instanceof ProtocolFault path) {
            subject.badPath(path);
        }
        first.attach();
        subject.servedBy(first);
        if (first.end() == End.STILLBORN) {
            first.retire();
        } else {
            if (first.end() != End.SERVED) {
                // A driver that can't even be attached is replaced before the guest is told of it.
                subject.reconnect();
            }
            heir = Optional.of(new Heir(setting.lab(), clean, subject, heirsFate()));
            perform();
        }
        return new Result(
                first.end(),
                Stream.of(first.how(), subject.remarks())
                        .filter(words -> !words.isEmpty())
                        .collect(Collectors.joining("; ")),
                first.edit(),
                first.hits() + subject.badPathHits(),
                (int) subject.failures(),
                subject.longestWaitNanos(),
                reconnects,
                heirDied,
                first.end() == End.STILLBORN ? List.of() : subject.judge());
    }

    private void perform() {
        over = over || !subject.work(patience);
        if (heir.stream().anyMatch(Heir::hasInherited)) {
            first.succeeded();
        }
        if (first.end() == End.SERVED) {
            first.retire();
        } else if (isZombie()) {
            over = over || !subject.overwrite(patience);
            first.resume(STANDSTILL_NANOS);
        }
        if (!over) {
            subject.endBadPath();
            // It has taken over, and can still do everything. What is there counts in any case.
            if (patience.await(() -> heir.stream().anyMatch(Heir::hasTakenOver), "the end of a takeover")) {
                subject.finish(patience);
            }
            subject.inspect();
        }
        first.retire();
        heir.filter(Heir::isDead).ifPresent(dead -> {
            heirDied = true;
            subject.violation(Nature.PROTOCOL, "the heir died" + dead.lastWords());
        });
        heir.ifPresent(Heir::detach);
    }

    private Fate heirsFate() {
        return fault instanceof ProcessFault process && process.heirStore() > 0
                ? Fate.at(Fate.Action.EXIT, process.heirStore()).amongAllStores()
                : Fate.NONE;
    }

    private boolean isZombie() {
        return fault instanceof ProcessFault process && process.kind() == ProcessFault.Kind.ZOMBIE;
    }

    /** The guest's own checks have found that its driver breaks the protocol: true when it has another. */
    private boolean replaceCaught() {
        boolean caught = first.end() == End.SERVED && subject.isCaught();
        if (caught) {
            first.fence("broke the protocol, as its guest saw");
            reconnect("the guest");
        }
        return caught && !over;
    }

    /** Sees how the drivers are; false when there is nothing to wait for any more. */
    private boolean tend() {
        if (heir.stream().anyMatch(Heir::awaitsFence)) {
            subject.violation(Nature.PROTOCOL, "the lease came free though nobody had given it back");
            first.fence("its lease came free");
            heir.ifPresent(Heir::fenced);
        }
        if (subject.isInDoubt()) {
            first.distrust("returned other data than was written");
            subject.endBadPath();
            subject.askAgain();
        }
        if (first.end() == End.SERVED) {
            tendFirst();
        } else {
            subject.endBadPath();
            heir.ifPresent(this::tendHeir);
        }
        return !over;
    }

    private void tendFirst() {
        if (isZombie() && first.isHeld()) {
            if (setting.fenced()) {
                first.fenceStopped();
            } else {
                first.robOfItsLeases(heir.orElseThrow().threads());
            }
            return;
        }
        if (replaceCaught() || over) {
            return;
        }
        first.tend(subject.progress());
        if (first.end() == End.GAVE_UP) {
            subject.violation(Nature.PROTOCOL, "the driver gave the connection up: " + first.how());
            reconnect("the driver");
        }
    }

    private void tendHeir(Heir current) {
        if (current.isMet()) {
            current.end();
            subject.driverEnded();
            heir = Optional.of(new Heir(setting.lab(), clean, subject));
            return;
        }
        subject.servedBy(current);
        current.fenceSlowly(first);
        Optional<String> hang = current.look(
                current.hasTakenOver() ? subject.progress() : subject.link().progress());
        hang.ifPresent(why -> subject.violation(Nature.UNANSWERED, "the heir " + why));
        over |= hang.isPresent() || current.isDead();
        if (!over) {
            current.gaveUp().ifPresent(notice -> {
                subject.driverEnded();
                reconnect("the heir");
            });
        }
    }

    private void reconnect(String who) {
        if (clean.isDead()) {
            over = true;
            return;
        }
        if (reconnects == RECONNECTS) {
            subject.violation(Nature.UNANSWERED, who + " gave the connection up once more");
            over = true;
            return;
        }
        reconnects++;
        heir.ifPresent(Heir::detach);
        subject.reconnect();
        heir = Optional.of(new Heir(setting.lab(), clean, subject));
        subject.publish();
    }
}
