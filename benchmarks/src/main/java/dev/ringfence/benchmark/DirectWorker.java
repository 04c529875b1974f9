// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Starts a {@link DirectProcess} with the same JVM flags as a driver's, and an {@link Echo} for it in this process. */
final class DirectWorker implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 10;

    private final Process process;
    private final Worker worker;
    private final Echo echo;

    private DirectWorker(Process process, Worker worker, Echo echo) {
        this.process = process;
        this.worker = worker;
        this.echo = echo;
    }

    static DirectWorker start(Path home, Path image, long bytes) throws IOException {
        Path socket = home.resolve("direct.sock");
        try (Worker.Door door = new Worker.Door(socket)) {
            Process process = new ProcessBuilder(JavaCommandLine.of(
                            DirectProcess.class, List.of(socket.toString(), image.toString(), Long.toString(bytes))))
                    .redirectErrorStream(true)
                    .redirectOutput(home.resolve("direct.log").toFile())
                    .start();
            process.onExit().thenRun(door::close);
            Worker worker = door.accept("direct process");
            Echo echo = new Echo(DirectLoad.onImage(image, bytes));
            worker.perform(new Order(DirectProcess.CONNECT, Workload.SINGLE_READ, 0, 0), echo.descriptors());
            echo.start();
            return new DirectWorker(process, worker, echo);
        }
    }

    Figures perform(Order order) {
        return worker.perform(order);
    }

    @Override
    public void close() {
        worker.close();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        echo.close();
    }
}
