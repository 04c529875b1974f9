// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import dev.ringfence.frontend.block.BlockQueue;
import dev.ringfence.frontend.guest.GuestContext;
import dev.ringfence.frontend.guest.GuestProgram;
import dev.ringfence.memory.MessageSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The guest's program: a thread for each queue of its disk, loaded as the benchmark orders through {@link LoadMemory}, which
 * it sends over the socket named by the argument.
 */
public final class RecoveryLoad implements GuestProgram {
    static final String DISK = "xvda";
    private static final long END_MILLIS = 1_000;

    static final byte[] READY = "ready".getBytes(StandardCharsets.UTF_8);

    @Override
    public void run(GuestContext context) throws InterruptedException {
        try (MessageSocket link =
                MessageSocket.connect(Path.of(context.arguments().get(0)))) {
            MessageSocket.Message message = link.receive().orElseThrow();
            LoadMemory memory = LoadMemory.open(message.descriptors().get(0));
            List<Thread> threads = new ArrayList<>();
            List<? extends BlockQueue> queues = context.disk(DISK).queues();
            for (int i = 0; i < memory.queues(); i++) {
                QueueLoad load = new QueueLoad(queues.get(i), i, memory);
                load.fill();
                Thread thread = new Thread(load, "load-" + i);
                thread.setDaemon(true);
                threads.add(thread);
            }
            threads.forEach(Thread::start);
            link.send(READY, List.of());
            // The benchmark hangs up when it needs no load any more.
            link.receive();
            threads.forEach(Thread::interrupt);
            for (Thread thread : threads) {
                thread.join(END_MILLIS);
            }
        }
    }
}
