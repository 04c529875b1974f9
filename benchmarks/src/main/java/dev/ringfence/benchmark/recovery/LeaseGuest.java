// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.Doorbell;
import dev.ringfence.memory.MessageSocket;
import dev.ringfence.ring.AdaptiveSpin;
import dev.ringfence.ring.FrontRing;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Keeps a {@link LeaseHolder} as busy as a guest keeps its driver: a thread a queue, one request of one word each. */
final class LeaseGuest implements Runnable {
    private static final int SLEEP_MILLIS = 100;
    private static final long REST_NANOS = 2_000_000;

    private final FloorMemory memory;
    private final FrontRing ring;
    private final Doorbell.Ringer ringer;
    private final Doorbell.Listener doorbell;
    private final AdaptiveSpin spin = AdaptiveSpin.standard();
    private final BooleanSupplier news = this::hasNews;

    private LeaseGuest(FloorMemory memory, int queue, List<Descriptor> bells) {
        this.memory = memory;
        this.ring = memory.front(queue);
        this.ringer = new Doorbell.Ringer(bells.get(0));
        this.doorbell = new Doorbell.Listener(bells.get(1));
    }

    /** Argument: socket. */
    public static void main(String[] arguments) {
        try (MessageSocket link = MessageSocket.connect(Path.of(arguments[0]))) {
            List<Descriptor> descriptors = link.receive().orElseThrow().descriptors();
            FloorMemory memory = FloorMemory.open(descriptors.get(0));
            for (int i = 0; i < memory.queues(); i++) {
                Thread thread =
                        new Thread(new LeaseGuest(memory, i, descriptors.subList(1 + 2 * i, 3 + 2 * i)), "guest-" + i);
                thread.setDaemon(true);
                thread.start();
            }
            link.send(new byte[1], List.of());
            link.receive();
        }
    }

    @Override
    public void run() {
        while (true) {
            if (memory.isRunning()) {
                ring.advanceRequest();
                if (ring.publishRequests()) {
                    ringer.ring();
                }
                await();
                ring.advanceResponse();
            } else {
                LockSupport.parkNanos(REST_NANOS);
            }
        }
    }

    private void await() {
        while (ring.responsesAvailable() == 0) {
            if (!spin.look(news) && !ring.armAndRecheck()) {
                doorbell.await(SLEEP_MILLIS);
            }
        }
    }

    private boolean hasNews() {
        return ring.responsesAvailable() != 0;
    }
}
