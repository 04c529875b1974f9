// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.control;

/** A machine this process runs. */
public interface RunningMachine {
    MachineControl control();

    /** Waits until the machine is down, all its processes gone. 0 when it went down as asked, 1 when it failed. */
    int awaitExit();
}
