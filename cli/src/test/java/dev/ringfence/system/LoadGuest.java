// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import dev.ringfence.frontend.block.AsyncDisk;
import dev.ringfence.frontend.guest.GuestContext;
import dev.ringfence.frontend.guest.GuestProgram;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads its disk {@code xvda} as fast as it can from several threads, while it is told to.
 *
 * <p>Arguments: the socket where it is told, how many threads, how many bytes a request. {@code start} and {@code stop}
 * answer with the number of failures.
 */
public final class LoadGuest implements GuestProgram {
    private final AtomicLong failures = new AtomicLong();
    private Semaphore running;

    @Override
    public void run(GuestContext context) throws Exception {
        List<String> arguments = context.arguments();
        AsyncDisk disk = new AsyncDisk(context.disk("xvda"));
        int threads = Integer.parseInt(arguments.get(1));
        int bytes = Integer.parseInt(arguments.get(2));
        running = new Semaphore(0);
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(() -> read(disk, bytes), "load-" + i);
            thread.setDaemon(true);
            thread.start();
        }
        Commands.serve(Path.of(arguments.get(0)), command -> obey(command, threads));
    }

    private String obey(String command, int threads) {
        if (command.equals("start")) {
            running.release(threads);
        } else {
            running.acquireUninterruptibly(threads);
        }
        return failures.toString();
    }

    private void read(AsyncDisk disk, int bytes) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
        for (long offset = 0; ; offset = (offset + bytes) % (disk.info().bytes() - bytes)) {
            running.acquireUninterruptibly();
            try {
                disk.read(offset, buffer).join();
            } catch (CompletionException e) {
                failures.incrementAndGet();
            }
            running.release();
        }
    }
}
