// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another project's NBD server over a file in the page cache: a peer of our gateway. */
final class NbdServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int POLL_MILLIS = 10;

    private final Process process;

    private NbdServer(Process process) {
        this.process = process;
    }

    /** Neither goes around the page cache: the file is compared where all three find it. */
    static List<String> command(String program, Path socket, Path image) {
        return switch (program) {
            case Engines.NBDKIT -> List.of("nbdkit", "-f", "-U", socket.toString(), "file", image.toString());
            case Engines.QEMU_NBD ->
                List.of(
                        "qemu-nbd",
                        "--format=raw",
                        "--socket=" + socket,
                        "--persistent",
                        "--shared=0",
                        "--cache=writeback",
                        "--aio=threads",
                        image.toString());
            default -> throw new IllegalArgumentException("program=" + program);
        };
    }

    /** Returns once it answers at its socket. */
    static NbdServer start(String program, Path socket, Path image, Path log) {
        try {
            Process process = new ProcessBuilder(command(program, socket, image))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            NbdServer server = new NbdServer(process);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!answers(socket)) {
                if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                    server.close();
                    throw new BenchmarkException(program + " did not start; it said: " + log);
                }
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
            return server;
        } catch (IOException e) {
            throw new BenchmarkException(program + " can't be started: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchmarkException("interrupted", e);
        }
    }

    private static boolean answers(Path socket) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            return false; // not there yet
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
