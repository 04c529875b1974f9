// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import dev.ringfence.frontend.entropy.EntropyFrontend;
import dev.ringfence.frontend.entropy.EntropyQueue;
import dev.ringfence.frontend.entropy.RandomBytes;
import dev.ringfence.frontend.guest.GuestContext;
import dev.ringfence.frontend.guest.GuestProgram;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.Doorbell;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads random bytes all the time, many requests at once from {@code rng0} and waiting for each from {@code rng1}, and looks at
 * them; says how it goes to whoever asks at the socket its argument names.
 */
public final class EntropyGuest implements GuestProgram {
    private static final int REQUESTS = 16;
    private static final int LENGTH = 4096;
    private static final int READ_BYTES = 10_001;
    private static final int SAMPLES_MAX = 20_000;
    private static final int DOZE_MILLIS = 100;
    private static final long REST_NANOS = 500_000;

    private final AtomicLong rounds = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    /** What the last arrays began with, and those before them. */
    private Set<Long> recent = new HashSet<>();

    private Set<Long> older = new HashSet<>();

    @Override
    public void run(GuestContext context) throws Exception {
        start("many", () -> new Many(context.entropy("rng0")).run());
        start("one", () -> readOneByOne(new RandomBytes(context.entropy("rng1"))));
        Commands.serve(Path.of(context.arguments().get(0)), command -> rounds + " " + failures);
    }

    private static void start(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void readOneByOne(RandomBytes source) {
        while (true) {
            byte[] bytes = new byte[READ_BYTES];
            try {
                source.read(bytes);
                look(bytes, bytes.length);
            } catch (IOException e) {
                failures.incrementAndGet();
            }
            rounds.incrementAndGet();
            LockSupport.parkNanos(REST_NANOS);
        }
    }

    /** Each stretch of eight bytes that it looks at is new. */
    private synchronized void look(byte[] bytes, int length) {
        ByteBuffer content = ByteBuffer.wrap(bytes);
        for (int at = 0; at + Long.BYTES <= length; at += LENGTH / 2) {
            long sample = content.getLong(at);
            if (sample == 0 || older.contains(sample) || !recent.add(sample)) {
                failures.incrementAndGet();
            }
        }
        if (recent.size() > SAMPLES_MAX) {
            older = recent;
            recent = new HashSet<>();
        }
    }

    /** Requests under way at once, each with an array of its own, each answered once before it is asked again. */
    private final class Many {
        private final EntropyQueue queue;
        private final Doorbell.Listener doorbell;
        private final byte[][] arrays = new byte[REQUESTS][LENGTH];
        private final boolean[] underWay = new boolean[REQUESTS];

        Many(EntropyFrontend frontend) {
            this.queue = frontend.queue();
            this.doorbell = new Doorbell.Listener(new Descriptor(queue.doorbellFd()));
        }

        void run() {
            while (true) {
                for (int i = 0; i < REQUESTS; i++) {
                    if (!underWay[i]) {
                        arrays[i] = new byte[LENGTH];
                        underWay[i] = queue.read(arrays[i], 0, LENGTH, this::answered, i);
                    }
                }
                queue.publish();
                if (queue.poll() == 0 && queue.arm()) {
                    doorbell.await(DOZE_MILLIS);
                } else {
                    LockSupport.parkNanos(REST_NANOS);
                }
            }
        }

        private void answered(long context, int status) {
            int i = (int) context;
            if (!underWay[i] || status != LENGTH) {
                failures.incrementAndGet();
            }
            underWay[i] = false;
            look(arrays[i], Math.max(status, 0));
            rounds.incrementAndGet();
        }
    }
}
