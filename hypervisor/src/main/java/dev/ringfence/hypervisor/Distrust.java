// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.domain.Message;
import dev.ringfence.hypervisor.control.RestartRequest;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What guests whose disks have tags say of wrong data. All of it is a guest's word: so a driver is replaced for it only when that
 * guest alone is served by it, and not again for a while, since what is wrong may be the disk. Any thread.
 */
final class Distrust {
    private static final Logger LOG = LoggerFactory.getLogger(Distrust.class);
    private static final long REPLACE_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long TELL_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final EventLog events;
    private final Map<String, Case> cases = new HashMap<>();

    /** What is known of a guest's device. */
    private static final class Case {
        long reports;
        long untold;
        long toldNanos = System.nanoTime() - TELL_AGAIN_NANOS;
        long replacedNanos = System.nanoTime() - REPLACE_AGAIN_NANOS;
    }

    Distrust(EventLog events) {
        this.events = events;
    }

    /**
     * A guest has read something else than it wrote, twice.
     *
     * @param alone no other guest has a device of this driver's
     * @param answer told when the driver has been replaced, or why it is not
     */
    void file(
            DriverDomain driver, GuestDevice device, Message.WrongData wrong, boolean alone, Consumer<Message> answer) {
        boolean replace = note(driver, device, wrong, alone);
        if (replace) {
            // A replacement may take as long as a process takes to start, and the guest's other calls must not wait for
            // it.
            Threads.daemon(driver.spec().name() + "-distrust", () -> answer.accept(replace(driver)));
        } else {
            answer.accept(new Message.Failed(alone ? "replaced a moment ago" : "serves other guests too"));
        }
    }

    private synchronized boolean note(DriverDomain driver, GuestDevice device, Message.WrongData wrong, boolean alone) {
        Case known = cases.computeIfAbsent(driver.spec().name() + " " + device.name(), name -> new Case());
        long now = System.nanoTime();
        boolean replace = alone && now - known.replacedNanos >= REPLACE_AGAIN_NANOS && serves(driver);
        known.reports++;
        known.untold++;
        if (replace || now - known.toldNanos >= TELL_AGAIN_NANOS) {
            Map<String, Object> figures = new LinkedHashMap<>();
            figures.put("sector", wrong.sector());
            figures.put("reports", known.reports);
            figures.put("droppedReports", known.untold - 1);
            String place =
                    device.name() + "." + wrong.queue() + " " + device.spec().disk();
            String what = replace ? "; the driver is replaced" : "";
            events.add("wrong-data", driver.spec().name(), place + ": its guest wrote something else" + what, figures);
            known.toldNanos = now;
            known.untold = 0;
        }
        if (replace) {
            known.replacedNanos = now;
        }
        return replace;
    }

    private static boolean serves(DriverDomain driver) {
        return driver.snapshot().state().equals("running");
    }

    private static Message replace(DriverDomain driver) {
        try {
            driver.restart(RestartRequest.PLAIN);
            return new Message.Done();
        } catch (RuntimeException e) {
            LOG.warn("{}: not replaced: {}", driver.spec().name(), e.getMessage());
            return new Message.Failed(String.valueOf(e.getMessage()));
        }
    }
}
