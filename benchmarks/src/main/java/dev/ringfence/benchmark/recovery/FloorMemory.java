// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.RobustMutex;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;
import dev.ringfence.ring.BackRing;
import dev.ringfence.ring.FrontRing;

/**
 * The memory of the bare lease: for each queue a mutex and a ring of one word a request; and when each mutex was got.
 *
 * <pre>
 *   pages 0 .. Q-1     mutexes, as leases are
 *   pages Q .. 2Q-1    rings
 *   page  2Q           the guest runs, or rests; for each queue CLOCK_MONOTONIC at its mutex's last owner
 * </pre>
 */
final class FloorMemory implements AutoCloseable {
    /** As large as a block request, so that the rings have as many slots. */
    private static final int ENTRY_BYTES = 112;
    /** Where a ring says how many responses there are. A driver must not ask it; here nobody is hostile. */
    private static final int RSP_PROD = 8;

    private static final int PAGE = SharedMemory.PAGE_BYTES;
    private static final int HELD = 64;

    private final SharedMemory memory;
    private final int queues;
    private final Window control;

    private FloorMemory(SharedMemory memory) {
        this.memory = memory;
        this.queues = (int) (memory.bytes() / PAGE - 1) / 2;
        this.control = memory.window(2L * queues * PAGE, PAGE);
    }

    static FloorMemory create(int queues) {
        FloorMemory floor = new FloorMemory(SharedMemory.create("ringfence-bench-floor", (2L * queues + 1) * PAGE));
        for (int i = 0; i < queues; i++) {
            floor.mutex(i).initialise();
            new FrontRing(floor.ring(i), ENTRY_BYTES).initialise();
        }
        return floor;
    }

    static FloorMemory open(Descriptor descriptor) {
        return new FloorMemory(SharedMemory.open(descriptor));
    }

    Descriptor descriptor() {
        return memory.descriptor();
    }

    int queues() {
        return queues;
    }

    RobustMutex mutex(int queue) {
        return new RobustMutex(memory.window((long) queue * PAGE, PAGE));
    }

    /** Somebody sleeps, or is about to, until the mutex is his: FUTEX_WAITERS, the sign bit of a futex's word. */
    boolean hasWaiter(int queue) {
        return memory.window((long) queue * PAGE, 4).getIntAcquire(0) < 0;
    }

    private Window ring(int queue) {
        return memory.window((long) (queues + queue) * PAGE, PAGE);
    }

    /** The asking side. */
    FrontRing front(int queue) {
        return new FrontRing(ring(queue), ENTRY_BYTES);
    }

    /** The answering side, where the last owner left off. */
    BackRing back(int queue) {
        int answered = ring(queue).getIntAcquire(RSP_PROD);
        return new BackRing(ring(queue), ENTRY_BYTES, answered, answered);
    }

    void run(boolean running) {
        control.putIntRelease(0, running ? 1 : 0);
    }

    boolean isRunning() {
        return control.getIntAcquire(0) != 0;
    }

    void held(int queue, long nanos) {
        control.putLongRelease(HELD + 8L * queue, nanos);
    }

    long heldNanos(int queue) {
        return control.getLongAcquire(HELD + 8L * queue);
    }

    @Override
    public void close() {
        memory.close();
    }
}
