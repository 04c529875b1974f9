// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.domain.ConnectionSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a hypervisor has kept beside descriptors, for its successor, and under which keys. What a machine file says is not
 * among it: the successor reads the same file.
 */
final class Notes {
    /** Of the layout of all this; a successor of another version does not guess. */
    static final int FORMAT = 2;

    static final String MACHINE = "machine";
    static final String STORE = "store";
    static final String NUMBERS = "numbers";

    private Notes() {}

    /**
     * @param file the machine file, and what was in it
     * @param complete everything in it has been started once
     * @param life how many hypervisors this machine has had before
     * @param startedMillis when it was started, since the epoch
     */
    record Machine(
            int format, String file, String digest, boolean sandboxed, boolean complete, int life, long startedMillis) {
        Machine completed() {
            return new Machine(format, file, digest, sandboxed, true, life, startedMillis);
        }

        Machine inherited() {
            return new Machine(format, file, digest, sandboxed, complete, life + 1, startedMillis);
        }
    }

    /** @param lastProcess the highest number that a process has been given */
    record Numbers(int lastProcess) {}

    /** Descriptors: the pidfds of these two. */
    record Walls(long bubblewrap, long anchor) {}

    static String walls(int domid) {
        return "walls/" + domid;
    }

    /** Descriptors: the lock, then the open file in reserve; or the memory; or what a NIC's frames go and come by; or none. */
    record Device(long bytes) {}

    static final String DEVICES = "device/";

    static String device(String domain, String name) {
        return DEVICES + domain + "/" + name;
    }

    /** Descriptors: our end of its channel, its pidfd. */
    record Running(int domid, int number, long pid) {}

    static final String PROCESSES = "process/";

    static String process(int number) {
        return PROCESSES + number;
    }

    /**
     * Who is who in a driver domain. Descriptors: the memory of its line of succession.
     *
     * @param owner the process's number; 0 for none
     * @param standbys those that are ready to take over
     * @param quarantined why nobody serves it; empty when somebody does
     * @param inFront what an upgrade has put in front of the class path
     */
    record Line(int owner, List<Integer> standbys, int incarnation, String quarantined, List<String> inFront) {
        /** In place of what was known of a life that another hypervisor saw begin. */
        static final long UNKNOWN = -1;

        static Line of(
                Optional<Claimant> owner,
                List<Claimant> standbys,
                int incarnation,
                String quarantined,
                List<Path> inFront) {
            return new Line(
                    owner.map(Claimant::number).orElse(0),
                    standbys.stream().map(Claimant::number).toList(),
                    incarnation,
                    quarantined,
                    inFront.stream().map(Path::toString).toList());
        }
    }

    static String line(int domid) {
        return "line/" + domid;
    }

    /**
     * Descriptors: the control region.
     *
     * @param ringFrames as in an Attach
     */
    record Bond(int number, ConnectionSpec spec, List<Integer> ringFrames) {}

    static String bonds(int domid) {
        return "connection/" + domid + "/";
    }

    /** Descriptors: the I/O region, once the guest has asked for it. */
    record Plugged(String as, int lastPort) {}

    static String plugged(int guest, int handle) {
        return "plugged/" + guest + "/" + handle;
    }

    /**
     * Descriptors: ringer and listener towards the driver, ringer and listener towards the guest.
     *
     * @param call the guest's number of the call it was allocated by
     */
    record Channel(int port, int call) {}

    static String channels(int guest, int handle) {
        return "channel/" + guest + "/" + handle + "/";
    }
}
