// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.hypervisor.control.ControlException;
import dev.ringfence.hypervisor.machine.Backing;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.Errno;
import dev.ringfence.memory.LinuxException;
import dev.ringfence.memory.NetworkInterface;
import dev.ringfence.memory.NetworkNamespace;
import dev.ringfence.memory.TapDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;

/** Makes the network interfaces that a machine file names. They are up, and go with the last of their open files. */
final class Taps {
    private static final String NAMESPACES = "/run/netns/";

    private Taps() {}

    /**
     * @param whose for messages
     * @param address its Ethernet address; empty: as the kernel likes
     * @return an open file for each queue
     * @throws ControlException saying what is missing
     */
    static List<Descriptor> open(String whose, Backing.Tap tap, int queues, OptionalLong address) {
        try {
            return in(tap.namespace(), () -> make(tap, queues, address));
        } catch (LinuxException e) {
            throw new ControlException(400, whose + ": " + tap.name() + ": " + explain(e), e);
        } catch (Exception e) {
            throw new ControlException(500, whose + ": " + tap.name() + ": " + e, e);
        }
    }

    /** Works in a network namespace; empty: in the one that we are in. */
    static <T> T in(Optional<String> namespace, Callable<T> work) throws Exception {
        return namespace.isPresent() ? NetworkNamespace.in(NAMESPACES + namespace.get(), work) : work.call();
    }

    private static String explain(LinuxException e) {
        return switch (e.errno()) {
            case Errno.EPERM ->
                e.getMessage() + ": making a network interface takes CAP_NET_ADMIN, entering a"
                        + " namespace CAP_SYS_ADMIN too; run this as root";
            case Errno.EBUSY -> e.getMessage() + ": there is an interface of that name already, and it is in use";
            case Errno.ENOENT ->
                e.getMessage() + ": there is no such namespace (ip netns add NAME), or this host has no"
                        + " TUN driver (modprobe tun)";
            default -> e.getMessage();
        };
    }

    private static List<Descriptor> make(Backing.Tap tap, int queues, OptionalLong address) {
        List<Descriptor> files = new ArrayList<>();
        try {
            for (int queue = 0; queue < queues; queue++) {
                files.add(TapDevice.open(tap.name(), queues > 1, true));
            }
            try (NetworkInterface link = new NetworkInterface(tap.name())) {
                address.ifPresent(link::address);
                link.mtu(tap.mtu());
                link.up();
            }
            return files;
        } catch (LinuxException e) {
            files.forEach(Descriptor::close);
            throw e;
        }
    }
}
