// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.Doorbell;
import dev.ringfence.memory.MessageSocket;
import dev.ringfence.memory.RobustMutex;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;
import dev.ringfence.ring.AdaptiveSpin;
import dev.ringfence.ring.BackRing;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A driver with everything taken out but its leases and its threads: waits for a mutex a queue, notes when it got it, then
 * answers its ring's requests of one word, until it is killed.
 */
final class LeaseHolder implements Runnable {
    private static final int WARM_UP_ROUNDS = 20_000;
    private static final int OWNER_DIED = 0x40000000;

    private final FloorMemory memory;
    private final int queue;
    private final Doorbell.Listener listener;
    private final Doorbell.Ringer ringer;
    private final CountDownLatch warm;
    private final AdaptiveSpin spin = AdaptiveSpin.standard();

    private LeaseHolder(FloorMemory memory, int queue, List<Descriptor> bells, CountDownLatch warm) {
        this.memory = memory;
        this.queue = queue;
        this.listener = new Doorbell.Listener(bells.get(0));
        this.ringer = new Doorbell.Ringer(bells.get(1));
        this.warm = warm;
    }

    /** Arguments: socket, threads that this process is to have at least. */
    public static void main(String[] arguments) throws InterruptedException {
        try (MessageSocket link = MessageSocket.connect(Path.of(arguments[0]))) {
            List<Descriptor> descriptors = link.receive().orElseThrow().descriptors();
            FloorMemory memory = FloorMemory.open(descriptors.get(0));
            CountDownLatch warm = new CountDownLatch(memory.queues());
            warmUp();
            for (int i = 0; i < memory.queues(); i++) {
                List<Descriptor> bells = descriptors.subList(1 + 2 * i, 3 + 2 * i);
                daemon(new LeaseHolder(memory, i, bells, warm), "queue " + i);
            }
            warm.await();
            for (int threads = threads(); threads < Integer.parseInt(arguments[1]); threads++) {
                daemon(LeaseHolder::rest, "rest " + threads);
            }
            link.send(new byte[1], List.of());
            link.receive();
        }
    }

    private static void daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static int threads() {
        return new File("/proc/self/task").list().length;
    }

    private static void rest() {
        while (true) {
            LockSupport.park();
        }
    }

    /** So that nothing is interpreted when it counts: gets a mutex from owners who are said to be dead. */
    private static void warmUp() {
        try (FloorMemory floor = FloorMemory.create(1);
                SharedMemory memory = SharedMemory.create("ringfence-warm-up", RobustMutex.BYTES)) {
            Window page = memory.window();
            RobustMutex mutex = new RobustMutex(page);
            mutex.initialise();
            for (int i = 0; i < WARM_UP_ROUNDS; i++) {
                page.putInt(0, OWNER_DIED);
                get(floor, 0, mutex);
                mutex.unlock();
            }
        }
    }

    private static void get(FloorMemory memory, int queue, RobustMutex mutex) {
        mutex.lock();
        memory.held(queue, System.nanoTime());
    }

    @Override
    public void run() {
        RobustMutex mutex = memory.mutex(queue);
        warm.countDown();
        get(memory, queue, mutex);
        ringer.ring();
        serve(memory.back(queue));
    }

    private void serve(BackRing ring) {
        BooleanSupplier news = () -> ring.requestsAvailable() != 0;
        while (true) {
            int available = ring.requestsAvailable();
            for (int i = 0; i < available; i++) {
                ring.advanceRequest();
                if (ring.publishResponses(ring.nextRequest())) {
                    ringer.ring();
                }
            }
            if (available < 0) {
                throw new IllegalStateException("the front side broke the ring: queue=" + queue);
            }
            if (available == 0 && !spin.look(news) && !ring.armAndRecheck()) {
                listener.await();
            }
        }
    }
}
