// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.backend.DeviceClass;
import dev.ringfence.backend.DriverProcess;
import dev.ringfence.backend.RehearsalScript;
import dev.ringfence.backend.ServedDevice;
import dev.ringfence.domain.DeviceDescription;
import dev.ringfence.domain.ReceiveMode;
import dev.ringfence.memory.Descriptor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The program of a network driver domain. */
public final class NetDriver implements DeviceClass {
    private static final int MTU = 1500;

    public static void main(String[] arguments) {
        DriverProcess.run(arguments, new NetDriver());
    }

    @Override
    public String type() {
        return "vif";
    }

    @Override
    public List<RehearsalScript> scripts(Collection<ServedDevice> devices) {
        boolean switches = devices.stream().anyMatch(ServedSwitch.class::isInstance);
        boolean taps = !switches || devices.stream().anyMatch(ServedNic.class::isInstance);
        Set<ReceiveMode> modes = EnumSet.noneOf(ReceiveMode.class);
        for (ServedDevice device : devices) {
            if (device instanceof ServedSwitch lan) {
                lan.receive().forEach(modes::add);
            } else if (device instanceof ServedNic nic) {
                modes.add(nic.receive());
            }
        }
        return NetScript.all(taps, switches, modes.isEmpty() ? Set.of(ReceiveMode.COPY) : modes);
    }

    /** A TAP device: a file for each of its queues. Or a switch. */
    @Override
    public ServedDevice open(DeviceDescription description, List<Descriptor> files) {
        if (description.kind().equals(DeviceDescription.SWITCH)) {
            return new ServedSwitch(description, files);
        }
        int mtu = Integer.parseInt(description.options().getOrDefault("mtu", Integer.toString(MTU)));
        List<NetworkPort> ports = new ArrayList<>();
        files.forEach(file -> ports.add(new TapPort(file, mtu)));
        String receive = description.options().getOrDefault("receive", ReceiveMode.COPY.text());
        return new ServedNic(ports, ReceiveMode.parse(receive).orElseThrow());
    }
}
