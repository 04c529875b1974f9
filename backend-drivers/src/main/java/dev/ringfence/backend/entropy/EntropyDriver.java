// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.entropy;

import dev.ringfence.backend.DeviceClass;
import dev.ringfence.backend.DriverProcess;
import dev.ringfence.backend.RehearsalScript;
import dev.ringfence.backend.ServedDevice;
import dev.ringfence.domain.DeviceDescription;
import dev.ringfence.domain.DeviceKind;
import dev.ringfence.memory.Descriptor;
import java.util.Collection;
import java.util.List;

/** The program of an entropy driver domain. */
public final class EntropyDriver implements DeviceClass {
    public static void main(String[] arguments) {
        DriverProcess.run(arguments, new EntropyDriver());
    }

    @Override
    public String type() {
        return DeviceKind.ENTROPY.type();
    }

    @Override
    public List<RehearsalScript> scripts(Collection<ServedDevice> devices) {
        return List.of(new EntropyScript());
    }

    @Override
    public ServedDevice open(DeviceDescription description, List<Descriptor> files) {
        return new ServedEntropy(new EntropyFile(files.get(0)));
    }
}
