// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import dev.ringfence.benchmark.BenchmarkException;
import dev.ringfence.benchmark.Tools;
import dev.ringfence.memory.Processes;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/**
 * The floor of the floor: a robust mutex a queue, handed by the kernel from one small C process that is killed to the next.
 * Its source is the resource {@code floor.c}, compiled when it is needed.
 */
final class MutexFloor implements Floor {
    static final String COMPILER = "cc";

    private static final String SOURCE = "floor.c";
    private static final int PAGE = 4096;
    private static final int HELD = 64;
    private static final int LULL_MICROS_MIN = 1_500;
    private static final int LULL_MICROS_MAX = 5_000;

    private final Scheduling scheduling;
    private final int queues;
    private final Path program;
    private final Path file;
    private final File log;
    private final MappedByteBuffer memory;
    private Process owner;
    private Process waiter;

    /**
     * Compiles and starts it.
     *
     * @param home a new directory
     * @param scheduling of its threads, as of a driver's
     * @throws BenchmarkException when the compiler does not like it
     */
    MutexFloor(Path home, int queues, Scheduling scheduling) throws IOException {
        this.scheduling = scheduling;
        this.queues = queues;
        this.program = compile(home);
        this.file = home.resolve("floor.memory");
        this.log = home.resolve("mutex-floor.log").toFile();
        Files.write(file, new byte[(queues + 1) * PAGE]);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, (queues + 1L) * PAGE);
        }
        memory.order(ByteOrder.nativeOrder());
        owner = start("init");
    }

    private static Path compile(Path home) throws IOException {
        Path source = home.resolve(SOURCE);
        try (InputStream text = MutexFloor.class.getResourceAsStream(SOURCE)) {
            Files.copy(text, source);
        }
        Path program = home.resolve("floor");
        Tools.run(List.of(COMPILER, "-O2", "-pthread", "-o", program.toString(), source.toString()));
        return program;
    }

    private Process start(String how) {
        try {
            List<String> command = List.of(program.toString(), file.toString(), Integer.toString(queues), how);
            return new ProcessBuilder(Processes.deafToTerminal(command))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                    .start();
        } catch (IOException e) {
            throw new BenchmarkException("the floor's processes can't be started: " + e.getMessage(), e);
        }
    }

    @Override
    public void begin() {
        memory.putInt(queues * PAGE, 1);
    }

    @Override
    public long measure(Random random) throws InterruptedException {
        RecoveryMachine.await("each mutex has an owner", () -> held().min().orElseThrow() > 0);
        waiter = start("join");
        RecoveryMachine.await("somebody waits for each mutex", this::isAwaited);
        scheduling.giveToProgram(owner.pid());
        scheduling.giveToProgram(waiter.pid());
        TimeUnit.MICROSECONDS.sleep(LULL_MICROS_MIN + random.nextInt(LULL_MICROS_MAX));
        long faultNanos = System.nanoTime();
        owner.destroyForcibly();
        RecoveryMachine.await("a mutex is handed over", () -> held().min().orElseThrow() > faultNanos);
        owner.onExit().join();
        owner = waiter;
        waiter = null;
        return held().max().orElseThrow() - faultNanos;
    }

    private LongStream held() {
        return LongStream.range(0, queues).map(queue -> memory.getLong((int) (queues * PAGE + HELD + 8 * queue)));
    }

    /** The sign bit of a futex's word is FUTEX_WAITERS. */
    private boolean isAwaited() {
        for (int i = 0; i < queues; i++) {
            if (memory.getInt(i * PAGE) >= 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void end() {
        memory.putInt(queues * PAGE, 0);
    }

    @Override
    public void close() {
        for (Process process : new Process[] {owner, waiter}) {
            if (process != null) {
                process.destroyForcibly().onExit().join();
            }
        }
    }
}
