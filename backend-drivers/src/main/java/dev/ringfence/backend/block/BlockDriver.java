// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.block;

import dev.ringfence.backend.DeviceClass;
import dev.ringfence.backend.DriverProcess;
import dev.ringfence.backend.ServedDevice;
import dev.ringfence.domain.DeviceDescription;
import dev.ringfence.memory.Descriptor;
import java.util.Optional;

/** The program of a block driver domain. */
public final class BlockDriver implements DeviceClass {
    public static void main(String[] arguments) {
        DriverProcess.run(arguments, new BlockDriver());
    }

    @Override
    public String type() {
        return "vbd";
    }

    @Override
    public void warmUp() {
        BlockWarmUp.run();
    }

    @Override
    public ServedDevice open(DeviceDescription description, Optional<Descriptor> file) {
        return new ServedDisk(BlockDevices.open(description, file), description.maxQueues());
    }
}
