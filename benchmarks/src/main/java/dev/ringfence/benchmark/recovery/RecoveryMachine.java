// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import dev.ringfence.benchmark.BenchmarkException;
import dev.ringfence.benchmark.Directories;
import dev.ringfence.benchmark.LaunchedMachine;
import dev.ringfence.benchmark.Resources;
import dev.ringfence.hypervisor.control.DomainStatus;
import dev.ringfence.hypervisor.control.KillMethod;
import dev.ringfence.hypervisor.control.MachineControl;
import dev.ringfence.memory.MessageSocket;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * The machine whose driver is killed: one driver domain with warm standbys, one disk, one guest that loads it.
 *
 * <p>The load is ordered through {@link LoadMemory}. Confined to the benchmark's thread, but for {@link #close}.
 */
final class RecoveryMachine implements AutoCloseable {
    static final String DRIVER = "disk";
    static final String GUEST = "load";

    private static final long PATIENCE_SECONDS = 60;
    private static final long POLL_NANOS = 1_000_000;

    private final LaunchedMachine machine;
    private final LoadMemory memory;
    private final MessageSocket link;
    private final TakeoverWatch watch;
    private final AtomicBoolean supervised;
    private final int standbys;
    private long killedPid;

    private RecoveryMachine(
            LaunchedMachine machine, MessageSocket link, LoadMemory memory, AtomicBoolean supervised, int standbys) {
        this.supervised = supervised;
        this.standbys = standbys;
        this.machine = machine;
        this.link = link;
        this.memory = memory;
        this.watch = new TakeoverWatch(machine.control(), DRIVER, memory.queues());
    }

    /**
     * @param resources take down what has been started, whatever becomes of the rest
     * @param home a new directory, for machine file and socket
     * @param image the disk, large enough for all queues' blocks
     * @param memory the caller's, who may use it as long as there are threads that do
     * @param standbys that are to wait beside the driver
     */
    static RecoveryMachine start(Resources resources, Path home, Path image, LoadMemory memory, int standbys)
            throws IOException {
        int queues = memory.queues();
        Path socket = home.resolve("load.sock");
        String name = "bench-" + ProcessHandle.current().pid() + "-" + queues;
        MessageSocket listener = resources.closed(MessageSocket.listen(socket));
        AtomicBoolean supervised = new AtomicBoolean(true);
        LaunchedMachine machine = resources.closed(LaunchedMachine.start(
                home.resolve("machine.json"), description(name, socket, image, queues, standbys), supervised::get));
        RecoveryMachine started =
                resources.closed(new RecoveryMachine(machine, listener.accept(), memory, supervised, standbys));
        started.introduce();
        return started;
    }

    private void introduce() {
        link.send(new byte[1], List.of(memory.descriptor()));
        if (link.receive().isEmpty()) {
            throw new BenchmarkException("the guest died before it began");
        }
    }

    /** A file without holes for all queues' blocks. */
    static Path createImage(Path image, int queues) throws IOException {
        Directories.createImage(image, (long) queues * QueueLoad.BLOCKS * BlockTag.BYTES);
        return image;
    }

    private static Map<String, Object> description(String name, Path socket, Path image, int queues, int standbys) {
        Map<String, Object> device = Map.of("name", "vol0", "image", image.toString(), "queues", queues);
        Map<String, Object> driver =
                Map.of("name", DRIVER, "driver", "block", "standbys", standbys, "devices", List.of(device));
        Map<String, Object> load =
                Map.of("java", Map.of("class", RecoveryLoad.class.getName(), "args", List.of(socket.toString())));
        Map<String, Object> disk = Map.of("as", RecoveryLoad.DISK, "disk", DRIVER + "/vol0", "queues", queues);
        Map<String, Object> guest = Map.of("name", GUEST, "devices", List.of(disk), "programs", List.of(load));
        return Map.of("machine", name, "driverDomains", List.of(driver), "guests", List.of(guest));
    }

    MachineControl control() {
        return machine.control();
    }

    DomainStatus driver() {
        return machine.domain(DRIVER);
    }

    DomainStatus guest() {
        return machine.domain(GUEST);
    }

    LoadMemory memory() {
        return memory;
    }

    TakeoverWatch watch() {
        return watch;
    }

    /** Has every queue keep so many requests under way, and returns once they do. */
    void load(int depth) throws InterruptedException {
        memory.order(depth);
        await("the load begins", () -> memory.sum(Counter.STATE) == memory.queues());
    }

    /** Has the guest read back what it wrote, and returns once nothing is under way. */
    void pause() throws InterruptedException {
        memory.order(0);
        await("the load ends", () -> memory.sum(Counter.STATE) == 0);
    }

    /** Whether the health monitor looks after the driver. */
    void supervise(boolean on) {
        supervised.set(on);
    }

    /** Makes the driver fail, at once. */
    void kill(KillMethod how) {
        killedPid = driver().pid();
        watch.next();
        machine.control().kill(DRIVER, how);
    }

    /** Waits until the driver can be killed once more: the hypervisor has seen the last death, and a standby is ready. */
    void awaitStandby() throws InterruptedException {
        await("a standby is ready", this::isStandbyReady);
    }

    /** The same, for all of them. */
    void awaitStandbys() throws InterruptedException {
        await(
                "all standbys are ready",
                () -> isStandbyReady() && driver().standbys().size() >= standbys);
    }

    boolean isStandbyReady() {
        DomainStatus driver = driver();
        return driver.state().equals("running")
                && driver.pid() != killedPid
                && !driver.standbys().isEmpty();
    }

    /** Somebody else owns the leases than the one who was killed last. */
    boolean hasNewOwner() {
        long pid = driver().pid();
        return pid != 0 && pid != killedPid;
    }

    static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - until > 0) {
                throw new BenchmarkException("waited " + PATIENCE_SECONDS + " s in vain until " + what);
            }
            TimeUnit.NANOSECONDS.sleep(POLL_NANOS);
        }
    }

    @Override
    public void close() {
        memory.order(0);
        watch.close();
        link.shutdown();
        link.close();
    }
}
