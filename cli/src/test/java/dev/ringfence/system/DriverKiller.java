// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import dev.ringfence.hypervisor.control.DomainStatus;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Kills the owner of a driver domain every second, by SIGKILL, until closed. */
final class DriverKiller implements AutoCloseable {
    private final TestMachine machine;
    private final String domain;
    private final AtomicInteger kills = new AtomicInteger();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

    DriverKiller(TestMachine machine, String domain) {
        this.machine = machine;
        this.domain = domain;
        clock.scheduleAtFixedRate(this::kill, 500, 1_000, TimeUnit.MILLISECONDS);
    }

    /** A domain that is just being started anew has no owner, and is left in peace until the next second. */
    private void kill() {
        DomainStatus status = machine.domain(domain);
        if (status.pid() != 0 && status.state().equals("running")) {
            kills.addAndGet(TestMachine.kill(status.pid()) ? 1 : 0);
        }
    }

    int kills() {
        return kills.get();
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
