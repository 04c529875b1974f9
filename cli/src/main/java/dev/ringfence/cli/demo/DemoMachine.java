// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli.demo;

import dev.ringfence.hypervisor.control.ControlException;
import dev.ringfence.hypervisor.control.DomainStatus;
import dev.ringfence.hypervisor.control.KillMethod;
import dev.ringfence.hypervisor.control.MachineControl;
import dev.ringfence.hypervisor.control.MachineEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The running machine of the demo: kills its driver, and puts together what guest and driver say about each crash. */
final class DemoMachine {
    private static final String DRIVER = "disk";
    private static final long PATIENCE_SECONDS = 30;

    private final MachineControl control;
    private final BlockingQueue<MachineEvent> events = new LinkedBlockingQueue<>();
    private final List<MachineEvent> seen = new ArrayList<>();

    /**
     * A crash, as the guest felt it.
     *
     * @param outageMicros from the last answer before to the first answer after it, at most one millisecond when the guest
     *     reported no gap
     */
    record Crash(long pid, long outageMicros, boolean noticed, long replayed) {}

    private record Kill(long pid, long nanos) {}

    DemoMachine(MachineControl control) {
        this.control = control;
        control.subscribe(events::add);
        seen.addAll(control.recentEvents());
    }

    /** Waits until a standby is ready, then kills the process that serves. */
    private Kill killOnce() throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (driver().standbys().isEmpty()) {
            if (System.nanoTime() - until > 0) {
                throw new ControlException(500, "no standby got ready in " + PATIENCE_SECONDS + " s");
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
        long pid = driver().pid();
        long nanos = System.nanoTime();
        control.kill(DRIVER, KillMethod.KILL);
        return new Kill(pid, nanos);
    }

    private DomainStatus driver() {
        return control.status().domains().stream()
                .filter(domain -> domain.name().equals(DRIVER))
                .findFirst()
                .orElseThrow();
    }

    /** Kills the driver so many times, each time after it has served for a while; {@code told} hears of each. */
    List<Crash> crash(int times, long pauseMillis, Runnable told) throws InterruptedException {
        List<Kill> kills = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            TimeUnit.MILLISECONDS.sleep(pauseMillis);
            kills.add(killOnce());
            told.run();
        }
        // The last successor is given the time to answer something too.
        TimeUnit.MILLISECONDS.sleep(pauseMillis);
        return kills.stream().map(this::describe).toList();
    }

    private Crash describe(Kill kill) {
        drain();
        Optional<MachineEvent> gap = seen.stream()
                .filter(event -> event.kind().equals("gap"))
                .filter(event -> covers(event, kill.nanos()))
                .max((one, other) -> Long.compare(figure(one, "nanos"), figure(other, "nanos")));
        long replayed = seen.stream()
                .filter(event -> event.kind().equals("takeover"))
                .filter(event -> after(event, kill.nanos()))
                .mapToLong(event -> figure(event, "replayed") + figure(event, "answeredFromJournal"))
                .sum();
        return new Crash(
                kill.pid(), gap.map(event -> figure(event, "nanos") / 1_000).orElse(0L), gap.isPresent(), replayed);
    }

    /** The kill fell into the gap, or the gap began within 50 ms of it. */
    private static boolean covers(MachineEvent gap, long nanos) {
        long start = figure(gap, "startNanos");
        return start + figure(gap, "nanos") > nanos && start < nanos + 50_000_000;
    }

    private static boolean after(MachineEvent takeover, long nanos) {
        long held = figure(takeover, "heldNanos") - nanos;
        return held > 0 && held < 500_000_000;
    }

    static long figure(MachineEvent event, String name) {
        return event.detail().get(name) instanceof Number number ? number.longValue() : 0;
    }

    private void drain() {
        events.drainTo(seen);
    }

    /** Waits for the guest's last word. */
    MachineEvent await(String kind) throws InterruptedException {
        Predicate<MachineEvent> wanted =
                event -> event.kind().equals(kind) || event.kind().equals("program-failed");
        while (true) {
            Optional<MachineEvent> found = seen.stream().filter(wanted).findFirst();
            if (found.isPresent()) {
                return found.get();
            }
            MachineEvent event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (event == null) {
                throw new ControlException(500, "the guest said nothing for " + PATIENCE_SECONDS + " s");
            }
            seen.add(event);
        }
    }
}
