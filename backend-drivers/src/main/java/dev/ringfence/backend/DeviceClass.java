// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend;

import dev.ringfence.domain.DeviceDescription;
import dev.ringfence.memory.Descriptor;
import java.util.Collection;
import java.util.List;

/** A kind of device that a driver domain can serve. */
public interface DeviceClass {
    /** The directory of its devices in the store, as {@link dev.ringfence.domain.DeviceKind#type} has it. */
    String type();

    /**
     * What a standby rehearses before it is ready; none: it takes over with cold code.
     *
     * @param devices those of this process, so that the code they run through is what gets warm
     */
    List<RehearsalScript> scripts(Collection<ServedDevice> devices);

    /** Opens a device in this process; {@code files} are what this process has of it, now the device's. */
    ServedDevice open(DeviceDescription description, List<Descriptor> files);
}
