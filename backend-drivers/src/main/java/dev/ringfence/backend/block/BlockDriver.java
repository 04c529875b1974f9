// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.block;

import dev.ringfence.backend.DeviceClass;
import dev.ringfence.backend.DriverProcess;
import dev.ringfence.backend.RehearsalScript;
import dev.ringfence.backend.ServedDevice;
import dev.ringfence.domain.DeviceDescription;
import dev.ringfence.domain.DeviceKind;
import dev.ringfence.memory.Descriptor;
import java.util.Collection;
import java.util.List;

/** The program of a block driver domain. */
public final class BlockDriver implements DeviceClass {
    public static void main(String[] arguments) {
        DriverProcess.run(arguments, new BlockDriver());
    }

    @Override
    public String type() {
        return DeviceKind.BLOCK.type();
    }

    @Override
    public List<RehearsalScript> scripts(Collection<ServedDevice> devices) {
        boolean memory = devices.stream().anyMatch(device -> device instanceof ServedDisk disk && disk.isMemory());
        return memory
                ? List.of(new BlockScript(DeviceDescription.MEMORY), new BlockScript(DeviceDescription.IMAGE))
                : List.of(new BlockScript(DeviceDescription.IMAGE));
    }

    @Override
    public ServedDevice open(DeviceDescription description, List<Descriptor> files) {
        return new ServedDisk(BlockDevices.open(description, files.stream().findFirst()), description.maxQueues());
    }
}
