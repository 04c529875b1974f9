// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import dev.ringfence.frontend.block.AsyncDisk;
import dev.ringfence.frontend.guest.GuestContext;
import dev.ringfence.frontend.guest.GuestProgram;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Does to its disks what it is told at the socket its first argument names, and says what came of it. The others name disks. */
public final class CommandedGuest implements GuestProgram {
    private final Map<String, AsyncDisk> disks = new HashMap<>();

    @Override
    public void run(GuestContext context) throws Exception {
        List<String> arguments = context.arguments();
        arguments.stream().skip(1).forEach(as -> disks.put(as, new AsyncDisk(context.disk(as))));
        Commands.serve(Path.of(arguments.get(0)), this::obey);
    }

    /** {@code write DISK OFFSET BYTES}, {@code verify ...}, {@code discard ...}, {@code flush DISK}. */
    private String obey(String command) {
        String[] words = command.split(" ", -1);
        AsyncDisk disk = disks.get(words[1]);
        long offset = words.length > 2 ? Long.parseLong(words[2]) : 0;
        int bytes = words.length > 3 ? Integer.parseInt(words[3]) : 0;
        return switch (words[0]) {
            case "write" -> outcome(disk.write(offset, content(offset, bytes)));
            case "verify" -> verify(disk, offset, bytes);
            case "discard" -> outcome(disk.discard(offset, bytes));
            case "flush" -> outcome(disk.flush());
            default -> "no such command";
        };
    }

    private static String verify(AsyncDisk disk, long offset, int bytes) {
        ByteBuffer read = ByteBuffer.allocateDirect(bytes);
        String outcome = outcome(disk.read(offset, read));
        return outcome.equals("ok") && !read.equals(content(offset, bytes)) ? "different" : outcome;
    }

    /** What belongs at an offset. */
    private static ByteBuffer content(long offset, int bytes) {
        byte[] content = new byte[bytes];
        new Random(offset).nextBytes(content);
        return ByteBuffer.allocateDirect(bytes).put(content).flip();
    }

    private static String outcome(CompletableFuture<Void> done) {
        try {
            done.join();
            return "ok";
        } catch (CompletionException e) {
            return "error";
        }
    }
}
