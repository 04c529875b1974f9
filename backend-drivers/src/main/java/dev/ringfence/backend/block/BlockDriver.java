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
        return new ServedDisk(device(description, file), description.maxQueues());
    }

    private static BlockDevice device(DeviceDescription description, Optional<Descriptor> file) {
        return switch (description.kind()) {
            case DeviceDescription.IMAGE, DeviceDescription.BLOCK_DEVICE ->
                new FileDevice(description, file.orElseThrow());
            case DeviceDescription.MEMORY -> new MemoryDevice(description, file.orElseThrow());
            default -> userDevice(description);
        };
    }

    private static BlockDevice userDevice(DeviceDescription description) {
        try {
            return Class.forName(description.kind())
                    .asSubclass(BlockDevice.class)
                    .getConstructor(DeviceDescription.class)
                    .newInstance(description);
        } catch (ReflectiveOperationException | ClassCastException e) {
            throw new IllegalArgumentException(
                    "device " + description.name() + ": " + description.kind()
                            + " is no BlockDevice with a public constructor taking a DeviceDescription: " + e,
                    e);
        }
    }
}
