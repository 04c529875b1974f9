// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import dev.ringfence.hypervisor.control.MachineDirectory;
import dev.ringfence.hypervisor.control.MachineLock;
import dev.ringfence.hypervisor.control.MachineOptions;

/** A {@link FakeMachine} with its lock, as {@code up} would run it. */
final class RunningFake implements AutoCloseable {
    private final MachineLock lock;
    private final FakeMachine machine;
    private final Thread owner;

    RunningFake(MachineDirectory directory) {
        directory.create();
        lock = directory.tryLock().orElseThrow();
        machine = new FakeMachine(new MachineOptions(directory));
        owner = new Thread(
                () -> {
                    machine.awaitExit();
                    lock.close();
                },
                "owner");
        owner.start();
    }

    FakeMachine machine() {
        return machine;
    }

    @Override
    public void close() {
        machine.shutdown();
        try {
            owner.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
