// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.memory.Errno;
import dev.ringfence.memory.IoVector;
import dev.ringfence.protocol.FrameHeaders;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * Joins ports as a learning bridge does (IEEE 802.1D): a frame goes out by the port behind which its destination is, and by all other
 * ports when nobody knows. Where a guest may send as itself alone, its address is where the machine file says, and nobody can draw it
 * away. Runs on the thread that has the frame; any number at once; no locks, no allocation.
 */
final class EthernetSwitch {
    private final ForwardingTable table;
    private final LongSupplier clock;
    private final List<? extends Egress> ports;
    /** In ascending order, and the port of each. */
    private final long[] fixedAddresses;

    private final int[] fixedPorts;

    /**
     * @param ports by number
     * @param fixed ports by the address that is always behind them
     * @param clock monotonic, in nanoseconds
     */
    EthernetSwitch(ForwardingTable table, List<? extends Egress> ports, Map<Long, Integer> fixed, LongSupplier clock) {
        this.table = table;
        this.clock = clock;
        this.ports = List.copyOf(ports);
        TreeMap<Long, Integer> sorted = new TreeMap<>(fixed);
        fixedAddresses = sorted.keySet().stream().mapToLong(Long::longValue).toArray();
        fixedPorts = sorted.values().stream().mapToInt(Integer::intValue).toArray();
    }

    /**
     * Passes on a frame that has come in.
     *
     * @param headers from memory that nobody else writes
     * @return 0; or, when it was dropped, EPERM: it is not from whom it says, EAGAIN: there were too many for
     *     everybody, EHOSTUNREACH: nobody is there, each negated
     */
    int pass(Ingress from, IoVector frame, FrameHeaders headers, boolean segmented) {
        if (!from.admits(headers)) {
            return -Errno.EPERM;
        }
        long nowNanos = clock.getAsLong();
        if (fixedPort(headers.source()) == ForwardingTable.UNKNOWN) {
            table.learn(headers.source(), from.number(), nowNanos);
        }
        int to = port(headers.destination(), nowNanos);
        if (to == ForwardingTable.UNKNOWN) {
            return flood(from, frame, headers, segmented, nowNanos);
        }
        boolean there = to != from.number() && ports.get(to).put(frame, headers, segmented);
        return there ? 0 : -Errno.EHOSTUNREACH;
    }

    private int port(long address, long nowNanos) {
        if (FrameHeaders.isGroup(address)) {
            return ForwardingTable.UNKNOWN;
        }
        int fixed = fixedPort(address);
        return fixed == ForwardingTable.UNKNOWN ? table.find(address, nowNanos) : fixed;
    }

    private int fixedPort(long address) {
        int place = Arrays.binarySearch(fixedAddresses, address);
        return place < 0 ? ForwardingTable.UNKNOWN : fixedPorts[place];
    }

    private int flood(Ingress from, IoVector frame, FrameHeaders headers, boolean segmented, long nowNanos) {
        if (!from.admitsForAll(nowNanos)) {
            return -Errno.EAGAIN;
        }
        for (int port = 0; port < ports.size(); port++) {
            if (port != from.number()) {
                ports.get(port).put(frame, headers, segmented);
            }
        }
        return 0;
    }
}
