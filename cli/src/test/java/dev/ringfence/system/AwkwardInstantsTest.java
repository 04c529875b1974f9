// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringfence.hypervisor.control.ConnectionStatus;
import dev.ringfence.hypervisor.control.ControlClient;
import dev.ringfence.hypervisor.control.ControlException;
import dev.ringfence.hypervisor.control.DomainStatus;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A hypervisor that is killed in the middle of things leaves nothing that its successor can't bring to an end. */
@Timeout(300)
final class AwkwardInstantsTest {
    private static final int ROUNDS = Integer.getInteger("ringfence.test.rounds", 5);
    private static final long LATEST_MILLIS = 600;

    @AutoClose
    private final Workspace workspace = new Workspace();

    private final Orphan orphan = new Orphan(workspace);
    private final Neighbour neighbour = orphan.neighbour();

    @Test
    void whateverWasUnderWayComesToAGoodEnd() throws Exception {
        long seed = Long.getLong("ringfence.test.seed", System.nanoTime());
        Random random = new Random(seed);
        System.err.println("seed " + seed);
        HypervisorProcess hypervisor = orphan.start();
        for (int round = 0; round < ROUNDS; round++) {
            ControlClient control = hypervisor.control();
            int what = random.nextInt(4);
            CompletableFuture<Void> disturbance = disturb(what, control);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextLong(LATEST_MILLIS)));
            hypervisor.kill();
            disturbance.join();
            System.err.println("round " + round + ", disturbance " + what);
            if (random.nextBoolean()) {
                neighbour.awaitProgress();
            }

            hypervisor = orphan.start();

            neighbour.awaitProgress();
            awaitSettled(hypervisor.control());
        }
        hypervisor.kill();
        TestMachine machine = orphan.adopt();
        orphan.replug(machine.control());
        TestMachine.kill(machine.awaitStandby("disk").pid());
        machine.awaitStandby("disk");
        neighbour.awaitProgress();
        assertThat(machine.stop()).isZero();
        assertThat(Leftovers.sockets(orphan.directory().path())).isEmpty();
    }

    /** Something that the hypervisor has to do with, and may not live to finish. */
    private static CompletableFuture<Void> disturb(int what, ControlClient control) {
        return CompletableFuture.runAsync(() -> {
            try {
                switch (what) {
                    case 0 -> {
                        control.detach("web", "xvda");
                        control.attach("web", "xvda");
                    }
                    case 1 -> TestMachine.kill(driver(control).pid());
                    case 2 -> TestMachine.kill(driver(control).standbys().get(0));
                    default -> {
                        TestMachine.kill(driver(control).pid());
                        control.detach("web", "xvda");
                    }
                }
            } catch (ControlException e) {
                System.err.println("cut short: " + e.getMessage());
            }
        });
    }

    private static DomainStatus driver(ControlClient control) {
        return control.status().domains().get(0);
    }

    /** The export is there, or is taken away for good and can be given back. */
    private static void awaitSettled(ControlClient control) {
        await().atMost(TestMachine.PATIENCE)
                .until(() -> export(control).stream()
                        .allMatch(device -> device.state().equals("Connected")));
        if (export(control).isEmpty()) {
            control.attach("web", "xvda");
        }
    }

    private static List<ConnectionStatus> export(ControlClient control) {
        return control.status().connections().stream()
                .filter(device -> device.guest().equals("web"))
                .toList();
    }
}
