// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.block;

import dev.ringfence.domain.DeviceDescription;
import dev.ringfence.memory.Descriptor;
import java.util.Optional;

/** Opens devices by their description: our own and users' classes. */
public final class BlockDevices {
    private BlockDevices() {}

    /**
     * A device for this process.
     *
     * @param file what it lies on, from now on the device's; a user's class has none
     * @throws IllegalArgumentException when the description names a class that is no device
     */
    public static BlockDevice open(DeviceDescription description, Optional<Descriptor> file) {
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
