// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.hypervisor.health.Finding;
import dev.ringfence.hypervisor.health.WatchedProcess;

/** A process of a driver domain, for the health monitor. */
record SupervisedProcess(DomainProcess process, boolean warm) implements WatchedProcess {
    @Override
    public int number() {
        return process.number();
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public boolean alive() {
        return process.killReason().isEmpty() && process.isAlive();
    }

    @Override
    public void kill(Finding finding) {
        process.kill(
                switch (finding.kind()) {
                    case GREED -> KillReason.GREED;
                    case VIOLATION -> KillReason.VIOLATION;
                    default -> KillReason.HANG;
                });
    }
}
