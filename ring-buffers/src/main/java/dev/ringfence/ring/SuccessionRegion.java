// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.ring;

import dev.ringfence.memory.RobustMutex;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;

/**
 * The memory of a driver domain that its processes and the hypervisor map, and no guest does: who of them waits for the
 * queues' leases.
 *
 * <pre>
 *        0  heir lease      a page to itself (RobustMutex): its holder is the heir, all other standbys wait for it
 *     4096  magic, version
 *             +64 state     +128 heir
 * </pre>
 *
 * <p>The words are written by the lease's holder; everybody may read them. Processes are named by the numbers their hypervisor
 * gave them.
 */
public final class SuccessionRegion {
    public static final long BYTES = 2L * SharedMemory.PAGE_BYTES;

    /** What became of the heir lease. */
    public enum State {
        /** Nobody ever held it. */
        FRESH,
        /** Its holder is the heir. */
        HELD,
        /** Its last holder has every lease it waited for, and has given this one back. */
        PASSED,
        /** None of these: overwritten. */
        IMPLAUSIBLE
    }

    private static final int MAGIC_WORD = 0x31534652; // "RFS1"
    private static final int VERSION_NUMBER = 1;
    private static final int HEADER = RobustMutex.BYTES;
    private static final int MAGIC = HEADER;
    private static final int VERSION = HEADER + 4;
    private static final int STATE = HEADER + 64;
    private static final int HEIR = HEADER + 128;

    private static final int FRESH_WORD = 0x4652E5A1;
    private static final int HELD_WORD = 0x48454C5D;
    private static final int PASSED_WORD = 0x50A55EDB;

    private final Window memory;

    public SuccessionRegion(Window memory) {
        this.memory = memory.slice(0, BYTES);
    }

    /** By the hypervisor, before any process of the domain sees it. */
    public void initialise() {
        lease().initialise();
        memory.putInt(MAGIC, MAGIC_WORD);
        memory.putInt(VERSION, VERSION_NUMBER);
        memory.putIntRelease(STATE, FRESH_WORD);
    }

    /** @throws ImplausibleJournalException when it isn't one, or one of another version */
    public void check() {
        if (memory.getInt(MAGIC) != MAGIC_WORD || memory.getInt(VERSION) != VERSION_NUMBER) {
            throw new ImplausibleJournalException("succession region version=" + memory.getInt(VERSION));
        }
    }

    public RobustMutex lease() {
        return new RobustMutex(memory.slice(0, RobustMutex.BYTES));
    }

    public State state() {
        return switch (memory.getIntAcquire(STATE)) {
            case FRESH_WORD -> State.FRESH;
            case HELD_WORD -> State.HELD;
            case PASSED_WORD -> State.PASSED;
            default -> State.IMPLAUSIBLE;
        };
    }

    /** The process that holds the heir lease, or held it last; 0 when nobody ever did. */
    public int heir() {
        return memory.getIntAcquire(HEIR);
    }

    /** By the lease's new holder. */
    public void hold(int process) {
        memory.putIntRelease(HEIR, process);
        memory.putIntRelease(STATE, HELD_WORD);
    }

    /** By the lease's holder, before it gives it back. */
    public void pass() {
        memory.putIntRelease(STATE, PASSED_WORD);
    }
}
