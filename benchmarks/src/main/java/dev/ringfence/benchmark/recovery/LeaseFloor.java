// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import dev.ringfence.benchmark.BenchmarkException;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.Doorbell;
import dev.ringfence.memory.MessageSocket;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The floor of a takeover between two JVMs: leases and nothing else, handed by the kernel from a {@link LeaseHolder} that is
 * killed to the next one, while a {@link LeaseGuest} keeps them busy. Holders are started as drivers are: same Java, same
 * flags, as many threads, the same priorities.
 */
final class LeaseFloor implements Floor {
    private static final int LULL_MICROS_MIN = 1_500;
    private static final int LULL_MICROS_MAX = 5_000;

    private final Path home;
    private final DriverCommand command;
    private final FloorMemory memory;
    private final List<Doorbell.Pair> toHolder = new ArrayList<>();
    private final List<Doorbell.Pair> toGuest = new ArrayList<>();
    private final Member guest;
    private Member owner;
    private Member waiter;

    /** One process of the floor, and its socket. */
    private record Member(Process process, MessageSocket link) {
        void end() {
            link.shutdown();
            link.close();
            process.destroyForcibly();
        }
    }

    /** @param home a new directory, for sockets and a log */
    LeaseFloor(Path home, int queues, DriverCommand command) {
        this.home = home;
        this.command = command;
        this.memory = FloorMemory.create(queues);
        for (int i = 0; i < queues; i++) {
            toHolder.add(Doorbell.create());
            toGuest.add(Doorbell.create());
        }
        guest = start(LeaseGuest.class, descriptors(true));
        owner = start(LeaseHolder.class, descriptors(false));
        waiter = start(LeaseHolder.class, descriptors(false));
    }

    private List<Descriptor> descriptors(boolean guestSide) {
        List<Descriptor> descriptors = new ArrayList<>(List.of(memory.descriptor()));
        for (int i = 0; i < memory.queues(); i++) {
            descriptors.add(
                    guestSide ? toHolder.get(i).ringer() : toHolder.get(i).listener());
            descriptors.add(
                    guestSide ? toGuest.get(i).listener() : toGuest.get(i).ringer());
        }
        return descriptors;
    }

    private Member start(Class<?> role, List<Descriptor> descriptors) {
        Path socket = home.resolve("floor.sock");
        File log = home.resolve("floor.log").toFile();
        MessageSocket listener = MessageSocket.listen(socket);
        try {
            Process process = new ProcessBuilder(
                            command.of(role, List.of(socket.toString(), Integer.toString(command.threads()))))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                    .start();
            process.onExit().thenRun(listener::shutdown);
            MessageSocket link = listener.accept();
            link.send(new byte[1], descriptors);
            if (link.receive().isEmpty()) {
                throw new BenchmarkException(role.getSimpleName() + " did not start; its log: " + log);
            }
            return new Member(process, link);
        } catch (IOException e) {
            throw new BenchmarkException("the floor's processes can't be started: " + e.getMessage(), e);
        } finally {
            listener.shutdown();
            listener.close();
            socket.toFile().delete();
        }
    }

    @Override
    public void begin() {
        memory.run(true);
    }

    @Override
    public long measure(Random random) throws InterruptedException {
        if (waiter == null) {
            waiter = start(LeaseHolder.class, descriptors(false));
        }
        RecoveryMachine.await("somebody waits for each lease", this::isAwaited);
        command.scheduling().giveToJvm(owner.process().pid());
        command.scheduling().giveToJvm(waiter.process().pid());
        TimeUnit.MICROSECONDS.sleep(LULL_MICROS_MIN + random.nextInt(LULL_MICROS_MAX));
        long faultNanos = System.nanoTime();
        owner.process().destroyForcibly();
        RecoveryMachine.await("a lease is handed over", () -> held().min().orElseThrow() > faultNanos);
        owner.end();
        owner = waiter;
        waiter = null;
        return held().max().orElseThrow() - faultNanos;
    }

    private boolean isAwaited() {
        for (int i = 0; i < memory.queues(); i++) {
            if (!memory.hasWaiter(i)) {
                return false;
            }
        }
        return true;
    }

    /** When each lease was got. */
    private LongStream held() {
        return IntStream.range(0, memory.queues()).mapToLong(memory::heldNanos);
    }

    @Override
    public void end() {
        memory.run(false);
    }

    @Override
    public void close() {
        for (Member member : new Member[] {guest, owner, waiter}) {
            if (member != null) {
                member.end();
                member.process().onExit().join();
            }
        }
        toHolder.forEach(Doorbell.Pair::close);
        toGuest.forEach(Doorbell.Pair::close);
        memory.close();
    }
}
