// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend;

import dev.ringfence.domain.DeviceDescription;
import dev.ringfence.memory.Descriptor;
import java.util.Optional;

/** A kind of device that a driver domain can serve: block, net. */
public interface DeviceClass {
    /** The directory of its devices in the store: {@code vbd}, {@code vif}. */
    String type();

    /** Makes the code of serving and taking over warm, on memory of its own. Before any device is opened. */
    void warmUp();

    /** Opens a device in this process; {@code file} is this process's own open file of it, now the device's. */
    ServedDevice open(DeviceDescription description, Optional<Descriptor> file);
}
