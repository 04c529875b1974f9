// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import dev.ringfence.frontend.block.AsyncDisk;
import dev.ringfence.frontend.guest.GuestContext;
import dev.ringfence.frontend.guest.GuestProgram;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes to its disk {@code xvda} and reads back what it wrote, all the time, from several threads; says how it goes to whoever
 * asks at the socket its argument names.
 */
public final class VerifyingGuest implements GuestProgram {
    private static final int THREADS = 4;
    private static final int BLOCK_BYTES = 8192;
    private static final int BLOCKS_EACH = 128;
    /** Standbys start in what a guest leaves of the processors. */
    private static final long REST_NANOS = 500_000;

    private final AtomicLong rounds = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();

    @Override
    public void run(GuestContext context) throws Exception {
        AsyncDisk disk = new AsyncDisk(context.disk("xvda"));
        for (int i = 0; i < THREADS; i++) {
            int lane = i;
            Thread thread = new Thread(() -> verify(disk, lane), "verify-" + lane);
            thread.setDaemon(true);
            thread.start();
        }
        Commands.serve(Path.of(context.arguments().get(0)), command -> rounds + " " + failures);
    }

    private void verify(AsyncDisk disk, int lane) {
        Random random = new Random(lane);
        ByteBuffer written = ByteBuffer.allocateDirect(BLOCK_BYTES);
        ByteBuffer read = ByteBuffer.allocateDirect(BLOCK_BYTES);
        long stamp = lane;
        while (true) {
            long offset = ((long) lane * BLOCKS_EACH + random.nextInt(BLOCKS_EACH)) * BLOCK_BYTES;
            for (int at = 0; at < BLOCK_BYTES; at += Long.BYTES) {
                written.putLong(at, stamp * 0x9E3779B97F4A7C15L + at);
            }
            stamp += THREADS;
            try {
                disk.write(offset, written).join();
                disk.read(offset, read).join();
                failures.addAndGet(written.equals(read) ? 0 : 1);
            } catch (CompletionException e) {
                failures.incrementAndGet();
            }
            rounds.incrementAndGet();
            LockSupport.parkNanos(REST_NANOS);
        }
    }
}
