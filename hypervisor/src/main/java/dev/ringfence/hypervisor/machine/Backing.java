// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is behind a device: where a disk keeps its sectors, where a NIC's wire ends, where random bytes come from. */
public sealed interface Backing {
    /**
     * A file on a local file system.
     *
     * @param bytes its length, a multiple of the sector size
     * @param create it does not exist yet and is to be created, sparse
     */
    record Image(Path path, long bytes, boolean create) implements Backing {}

    /** A block special file such as /dev/nvme0n1p3. */
    record RawDevice(Path path) implements Backing {}

    /** Memory that lives as long as the machine. */
    record Memory(long bytes) implements Backing {}

    /**
     * A network interface of the host, made for this: its other end is the host's own network stack.
     *
     * @param name of the interface
     * @param namespace the network namespace it is in, by name; empty: the hypervisor's own
     * @param mtu in bytes
     */
    record Tap(String name, Optional<String> namespace, int mtu) implements Backing, Uplink {
        public Tap withMtu(int bytes) {
            return new Tap(name, namespace, bytes);
        }
    }

    /** Where a switch leads to. */
    sealed interface Uplink {}

    /**
     * The switch of another machine, by VXLAN.
     *
     * @param network its number, 0 to 2^24 - 1
     * @param peer where datagrams are sent to, and the host that they are taken from
     * @param port of ours that they are taken at
     * @param namespace the network namespace, by name; empty: the hypervisor's own
     */
    record Tunnel(int network, InetSocketAddress peer, int port, Optional<String> namespace) implements Uplink {}

    /**
     * A switch: it joins the NICs of any number of guests.
     *
     * @param uplink where the host takes part in it; empty: guests are among themselves
     * @param mtu in bytes
     * @param ageing for so long it remembers where an address was seen
     * @param broadcasts frames a second that a port may have copied for all others
     */
    record Switch(Optional<Uplink> uplink, int mtu, Duration ageing, int broadcasts) implements Backing {}

    /** A character device that random bytes are read from, such as /dev/urandom. */
    record Entropy(Path source) implements Backing {}

    /**
     * A block device of the user's own.
     *
     * @param className fully qualified
     * @param options as written; numbers and booleans as their text
     */
    record UserClass(String className, List<Path> classpath, Map<String, String> options) implements Backing {
        public UserClass {
            classpath = List.copyOf(classpath);
            options = Map.copyOf(options);
        }
    }
}
