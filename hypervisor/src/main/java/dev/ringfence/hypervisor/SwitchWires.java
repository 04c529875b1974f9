// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.domain.SwitchOptions;
import dev.ringfence.hypervisor.control.ControlException;
import dev.ringfence.hypervisor.machine.Backing;
import dev.ringfence.hypervisor.machine.DeviceSpec;
import dev.ringfence.hypervisor.machine.DiskRef;
import dev.ringfence.hypervisor.machine.GuestDeviceSpec;
import dev.ringfence.hypervisor.machine.GuestSpec;
import dev.ringfence.hypervisor.machine.MachineFile;
import dev.ringfence.memory.DatagramPair;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.LinuxException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** Makes what a switch's frames wait in, and its uplink; and says who is where. */
final class SwitchWires {
    /** Some five thousand small frames, or some sixty of 64 KiB; the memory is the kernel's, and is taken only by what waits. */
    private static final int INBOX_BYTES = 4 << 20;

    private SwitchWires() {}

    /** What the driver is told: every NIC that the machine file puts there, whether its guest runs or not. */
    static SwitchOptions options(MachineFile file, DiskRef device, Backing.Switch lan) {
        List<SwitchOptions.Port> ports = new ArrayList<>();
        for (int guest = 0; guest < file.guests().size(); guest++) {
            GuestSpec spec = file.guests().get(guest);
            for (int place = 0; place < spec.devices().size(); place++) {
                GuestDeviceSpec nic = spec.devices().get(place);
                if (nic.disk().equals(device)) {
                    ports.add(new SwitchOptions.Port(
                            file.driverDomains().size() + 1 + guest,
                            nic.kind().handle(place),
                            nic.address().orElseThrow(),
                            nic.sources().spoof(),
                            nic.receive(),
                            nic.sources().addresses()));
                }
            }
        }
        return new SwitchOptions(
                lan.mtu(),
                lan.ageing().toMillis(),
                lan.broadcasts(),
                kind(lan),
                lan.uplink().orElse(null) instanceof Backing.Tunnel tunnel ? tunnel.network() : 0,
                ports);
    }

    /**
     * In the order that {@link SwitchOptions} gives.
     *
     * @throws ControlException saying what is missing
     */
    static List<Descriptor> open(DeviceSpec spec, Backing.Switch lan, SwitchOptions options) {
        String whose = "device " + spec.name();
        List<Descriptor> files = new ArrayList<>();
        lan.uplink().ifPresent(uplink -> files.addAll(uplink(whose, uplink)));
        try {
            for (int inbox = 0; inbox < options.ports().size() * spec.queues(); inbox++) {
                DatagramPair pair = DatagramPair.create(INBOX_BYTES);
                files.add(pair.sender());
                files.add(pair.receiver());
            }
            return files;
        } catch (LinuxException e) {
            files.forEach(Descriptor::close);
            throw new ControlException(500, whose + ": " + e.getMessage(), e);
        }
    }

    /** Of all that {@link #open} made, what one guest's NIC receives from, a file a queue. */
    static List<Descriptor> receivers(SwitchOptions options, int queues, List<Descriptor> files, String connection) {
        int first = files.size() - 2 * options.ports().size() * queues;
        return IntStream.range(0, options.ports().size())
                .filter(port -> options.ports().get(port).connection().equals(connection))
                .boxed()
                .flatMap(port -> IntStream.range(0, queues)
                        .mapToObj(queue -> files.get(first + 2 * (port * queues + queue) + 1)))
                .toList();
    }

    private static SwitchOptions.Uplink kind(Backing.Switch lan) {
        return lan.uplink()
                .map(uplink -> uplink instanceof Backing.Tap ? SwitchOptions.Uplink.TAP : SwitchOptions.Uplink.TUNNEL)
                .orElse(SwitchOptions.Uplink.NONE);
    }

    private static List<Descriptor> uplink(String whose, Backing.Uplink uplink) {
        return uplink instanceof Backing.Tap tap
                ? Taps.open(whose, tap, 1, OptionalLong.empty())
                : Tunnels.open(whose, (Backing.Tunnel) uplink);
    }
}
