// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.domain;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a domain and its hypervisor say to each other. The table in {@link MessageCodec} has the order of descriptors. */
public sealed interface Message {
    /** Domain, first of all: which process this is, by the number its hypervisor started it with. */
    record Hello(int process) implements Message {}

    /** Domain: start-up is over, it is confined, devices are open; a driver's code is warm. */
    record Ready() implements Message {}

    /** Hypervisor, first of all: it has taken this domain over from one that is gone. Answered by {@link Resumed}. */
    record Adopted() implements Message {}

    /** Domain: all calls and store packets before this were meant for the hypervisor that is gone; what matters comes again. */
    record Resumed() implements Message {}

    /** Both: one packet of the XenStore wire protocol. */
    record Store(byte[] packet) implements Message {}

    /** Hypervisor, to a driver: a device it shall serve. */
    record OpenDevice(DeviceDescription device) implements Message {}

    /** Hypervisor, to a driver: from now on it serves the store's side too. Said to the first, and after a death. */
    record Promote() implements Message {}

    /**
     * Hypervisor, to a driver: serve this connection, or wait for its leases. Answered by {@link Attached}.
     *
     * @param ringFrames of each queue, the first frame of its ring in the I/O region; the others follow it
     */
    record Attach(int connection, ConnectionSpec spec, List<Integer> ringFrames) implements Message {
        public Attach {
            ringFrames = List.copyOf(ringFrames);
        }
    }

    /** Hypervisor, to a driver that has time for it, since another process serves: warm up. Answered by {@link Ready}. */
    record WarmUp() implements Message {}

    /**
     * Hypervisor, to a driver: all connections there are have been attached. Only now may it wait for its turn to wait for
     * leases, and let a device take new requests after a takeover. Answered by {@link InLine}.
     */
    record AllAttached() implements Message {}

    /** Driver: the thread id that waits for the heir lease, as its namespace counts; 0 without a line of succession. */
    record InLine(int thread) implements Message {}

    /** Hypervisor, to a driver, before any connection: the memory of its domain's line of succession. */
    record OpenSuccession() implements Message {}

    /** Driver: the heir lease came clean though nobody had passed it on. Answered when its last holder is dead. */
    record HeirViolation(int heir) implements Message {}

    /** Driver: the thread ids that hold the leases of a connection or wait for them, as its namespace counts. */
    record Attached(List<Integer> threads) implements Message {
        public Attached {
            threads = List.copyOf(threads);
        }
    }

    /** Hypervisor, to a driver: end this connection, answer nothing more. Answered when it is done. */
    record Detach(int connection) implements Message {}

    /** Driver: ask for a connection that a front-end has published. Answered by {@link Bound}. */
    record Connect(ConnectionSpec spec) implements Message {}

    /** Hypervisor: the connection's number. */
    record Bound(int connection) implements Message {}

    /** Guest: ask for the I/O region of one of its devices. */
    record OpenRegion(int handle) implements Message {}

    /** Guest: ask for a new event channel towards the driver of one of its devices; answered by {@link Port}. */
    record AllocateChannel(int handle) implements Message {}

    record Port(int port) implements Message {}

    /** Guest: make the network interface that one of its programs puts in a NIC's place; answered by {@link Done}. */
    record OpenTap(String device, int mtu) implements Message {}

    /** Driver: a lease came clean though nobody had given it back. Answered when the last owner is known to be dead. */
    record FenceViolation(int connection, int queue) implements Message {}

    /**
     * Driver: no thread of this process, which held its leases, uses the connection any more; nobody will.
     *
     * @param violation what the guest did to the protocol; empty for an ordinary end
     */
    record Closed(int connection, String violation) implements Message {}

    /** Both: something worth the event stream; figures carry their unit in the key. */
    record Report(String kind, String message, Map<String, Long> figures) implements Message {
        public Report {
            figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
        }
    }

    /**
     * Guest: a driver answered as no correct one does, and the disk is lost. Once a queue; for the hypervisor to check.
     *
     * @param index of the response in the queue's ring
     * @param id as it stood in the response; so are operation and status
     */
    record DriverViolation(int handle, int queue, int index, long id, int operation, int status, String reason)
            implements Message {}

    /**
     * Guest: a driver has twice answered a read with data that was not written there. Answered by {@link Done} when the driver
     * has been replaced because of it, by {@link Failed} when it stays.
     *
     * @param sector of the disk, in its own sectors
     */
    record WrongData(int handle, int queue, long sector) implements Message {}

    /** Hypervisor: end yourself, cleanly. */
    record Shutdown() implements Message {}

    /** Hypervisor, for experiments: misbehave as named. */
    record Misbehave(String how) implements Message {}

    /** Both: a call succeeded and has nothing else to say. */
    record Done() implements Message {}

    /** Both: a call failed. */
    record Failed(String reason) implements Message {}
}
