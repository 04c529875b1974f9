// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.control;

import dev.ringfence.hypervisor.machine.MachineFile;

/** Starts machines. */
@FunctionalInterface
public interface MachineLauncher {
    /**
     * Returns once every domain runs, every device is connected, and the control socket answers.
     *
     * @throws ControlException when the machine can't be started; nothing of it is left running then
     */
    RunningMachine launch(MachineFile file, MachineOptions options);
}
