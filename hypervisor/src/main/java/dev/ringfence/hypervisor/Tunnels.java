// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.hypervisor.control.ControlException;
import dev.ringfence.hypervisor.machine.Backing;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.Errno;
import dev.ringfence.memory.LinuxException;
import dev.ringfence.memory.UdpSocket;
import java.util.List;

/** Opens what a switch reaches another machine by: no driver may open a socket. */
final class Tunnels {
    private Tunnels() {}

    /**
     * @param whose for messages
     * @return the socket that it is heard by, then the one that it is told by
     * @throws ControlException saying what is missing
     */
    static List<Descriptor> open(String whose, Backing.Tunnel tunnel) {
        try {
            return Taps.in(tunnel.namespace(), () -> sockets(tunnel));
        } catch (LinuxException e) {
            String why = e.errno() == Errno.EADDRINUSE
                    ? ": somebody else has the port; give the tunnel another \"port\", and its peer the same"
                    : "";
            throw new ControlException(400, whose + ": tunnel to " + tunnel.peer() + ": " + e.getMessage() + why, e);
        } catch (Exception e) {
            throw new ControlException(500, whose + ": tunnel to " + tunnel.peer() + ": " + e, e);
        }
    }

    private static List<Descriptor> sockets(Backing.Tunnel tunnel) {
        Descriptor listener = UdpSocket.listen(tunnel.port(), tunnel.peer().getAddress());
        try {
            return List.of(listener, UdpSocket.connect(tunnel.peer()));
        } catch (LinuxException e) {
            listener.close();
            throw e;
        }
    }
}
