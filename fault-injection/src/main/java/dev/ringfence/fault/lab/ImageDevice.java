// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.backend.block.BlockDevice;
import dev.ringfence.backend.block.BlockDevices;
import dev.ringfence.domain.DeviceDescription;
import dev.ringfence.memory.Descriptor;
import java.util.Map;
import java.util.Optional;

/** The lab's image as a real driver has it, for the lab's devices to stand on. */
final class ImageDevice {
    private ImageDevice() {}

    /** @param description of a device over it, whatever its kind */
    static BlockDevice open(DeviceDescription description) {
        String image = description.options().get(LabDisk.IMAGE);
        return BlockDevices.open(
                withKind(description, DeviceDescription.IMAGE, description.options()),
                Optional.of(Descriptor.open(image, true)));
    }

    static DeviceDescription withKind(DeviceDescription from, String kind, Map<String, String> options) {
        return new DeviceDescription(
                from.name(), kind, from.bytes(), from.sectorBytes(), from.readOnly(), from.maxQueues(), options);
    }
}
