// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.hypervisor.control.ControlException;
import dev.ringfence.hypervisor.control.MachineDirectory;
import dev.ringfence.hypervisor.keeper.KeeperClient;
import dev.ringfence.hypervisor.keeper.Kept;
import dev.ringfence.memory.Errno;
import dev.ringfence.memory.FileOperations;
import java.nio.file.Path;
import java.util.Optional;

/** What is left of a machine whose hypervisor is gone: its keeper, and its domains, which serve on. */
public final class Remains {
    private final MachineDirectory directory;

    public Remains(MachineDirectory directory) {
        this.directory = directory;
    }

    /** The machine file it was started from; empty when there is nothing left that could be adopted. */
    public Optional<Path> machineFile() {
        try (KeeperClient keeper = keeper();
                Estate estate = new Estate(keeper, directory)) {
            return estate.note(Notes.MACHINE, Notes.Machine.class)
                    .filter(Notes.Machine::complete)
                    .map(machine -> Path.of(machine.file()));
        }
    }

    /**
     * Ends everything at once, for those that can't be adopted and stopped in order. What drivers have written is durable
     * afterwards.
     *
     * @return how many processes were ended
     * @throws ControlException when something could not be made durable
     */
    public int end() {
        int ended;
        boolean durable = true;
        try (KeeperClient keeper = keeper();
                Estate estate = new Estate(keeper, directory)) {
            keeper.end();
            ended = new Orphans(directory).clear();
            for (Kept device : estate.takeAll(Notes.DEVICES)) {
                durable &= sync(device);
                device.close();
            }
        }
        if (!durable) {
            throw new ControlException(500, "not everything that was written could be made durable");
        }
        return ended;
    }

    /** Memory and devices opened for reading have nothing to sync, and say so. */
    private static boolean sync(Kept device) {
        int result = device.descriptors().stream()
                .mapToInt(FileOperations::sync)
                .filter(failure -> failure != -Errno.EINVAL)
                .min()
                .orElse(0);
        return result == 0;
    }

    private KeeperClient keeper() {
        return KeeperClient.connect(directory.keeperSocket())
                .orElseThrow(() -> new ControlException(503, "machine " + directory.machine() + " has no keeper"));
    }
}
