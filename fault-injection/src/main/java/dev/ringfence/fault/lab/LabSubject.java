// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.domain.ConnectionSpec;
import dev.ringfence.domain.DeviceDescription;
import dev.ringfence.fault.DiskHistory.Nature;
import dev.ringfence.fault.DiskHistory.Violation;
import dev.ringfence.memory.Descriptor;
import java.util.List;
import java.util.Map;

/**
 * A guest's device, from both of its far ends: the memory and the files that a hypervisor has of it, and the guest that works with
 * it and writes down what it sees. One thread, but for what drivers do.
 */
interface LabSubject extends AutoCloseable {
    /** A life's own name for the device, since each opens it anew, and has a gate of its own. */
    DeviceDescription device(int life, Map<String, String> options);

    /** What its drivers are told of it, beside what a life is told of its own fault. */
    Map<String, String> deviceOptions();

    /** The files a new process gets of the device; the caller's to close. */
    List<Descriptor> openFiles();

    ConnectionSpec spec(int life);

    /** What is in use. */
    LabLink link();

    /** The guest connects again, and asks again what was not answered, in the order in which it had asked. */
    void reconnect();

    /** Shows a new driver what was asked again. */
    void publish();

    /** Wakes whatever of a driver waits for something else than a ring. */
    default void nudge() {}

    /** All that was asked is answered, and what was to come has come, or never will. */
    boolean isAnswered();

    /** Takes what there is to take; false when the rings make no sense. */
    boolean poll();

    /** Asks to be told of the next answer; true when there is nothing to take meanwhile. */
    boolean arm();

    /** There may be something to take: a doorbell has rung since the last call. */
    boolean isRung();

    /** Nothing comes any more that the guest waits for, though nobody owes it anything: to be taken note of by {@link #poll}. */
    default boolean isStill() {
        return false;
    }

    /** Who is to serve from now on. */
    default void servedBy(Servant servant) {}

    /** The driver has nothing left to do. */
    boolean isDriverIdle();

    /** A number that changes with each step forward of a driver that owes something, and all the time of one that does not. */
    long progress();

    /** The guest does all it has to do with its first drivers; false when there is no point in going on. */
    boolean work(Patience patience);

    /** It does what would show that a driver which was replaced acts after its successor. */
    boolean overwrite(Patience patience);

    /** Its heir serves for good: the guest looks at what it has got, and at everything else. */
    void finish(Patience patience);

    /** What is there when all is over is looked at, whether anybody serves or not. */
    default void inspect() {}

    /** From now on, and until {@link #endBadPath}, what passes between the guest and its driver passes here. */
    default void badPath(ProtocolFault fault) {
        throw new UnsupportedOperationException("there is no bad path to this device: fault=" + fault);
    }

    /** The driver that the path was bad for is gone. */
    default void endBadPath() {}

    /** How often the path has done something to what passed. */
    default int badPathHits() {
        return 0;
    }

    /** The guest knows that what it was given is not what was written, and waits until it may ask another driver. */
    default boolean isInDoubt() {
        return false;
    }

    /** There is another driver: the guest asks again what it doubts. */
    default void askAgain() {}

    /** A driver is dead, or done with the connection. */
    default void driverEnded() {}

    void violation(Nature nature, String what);

    /** The guest has found that its driver breaks the protocol. */
    boolean isCaught();

    /** All that is wrong. */
    List<Violation> judge();

    /** Requests that failed. */
    long failures();

    /** The longest time that the guest has waited for an answer. */
    long longestWaitNanos();

    /** What else there is to say of it; empty where there is nothing. */
    default String remarks() {
        return "";
    }

    @Override
    void close();
}
