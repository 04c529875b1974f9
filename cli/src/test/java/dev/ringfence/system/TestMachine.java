// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringfence.backend.drivers.Drivers;
import dev.ringfence.hypervisor.DomainPrograms;
import dev.ringfence.hypervisor.MachineBuilder;
import dev.ringfence.hypervisor.control.DomainStatus;
import dev.ringfence.hypervisor.control.MachineControl;
import dev.ringfence.hypervisor.control.MachineDirectory;
import dev.ringfence.hypervisor.control.MachineEvent;
import dev.ringfence.hypervisor.control.MachineLock;
import dev.ringfence.hypervisor.control.MachineOptions;
import dev.ringfence.hypervisor.control.MachineOptions.Inheritance;
import dev.ringfence.hypervisor.control.MachineStatus;
import dev.ringfence.hypervisor.control.RunningMachine;
import dev.ringfence.hypervisor.machine.MachineFile;
import dev.ringfence.hypervisor.machine.MachineFileReader;
import dev.ringfence.memory.LinuxException;
import dev.ringfence.memory.PidFd;
import dev.ringfence.memory.Processes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/** A machine whose hypervisor is this process; its domains are processes in the real sandbox. */
final class TestMachine implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    static {
        Awaitility.setDefaultPollDelay(Duration.ZERO);
        Awaitility.setDefaultPollInterval(Duration.ofMillis(10));
    }

    private final MachineLock lock;
    private final RunningMachine machine;
    private final List<MachineEvent> events = new CopyOnWriteArrayList<>();

    private TestMachine(MachineLock lock, RunningMachine machine) {
        this.lock = lock;
        this.machine = machine;
        machine.control().subscribe(events::add);
    }

    static TestMachine start(Workspace workspace, Path machineFile) {
        return start(workspace, machineFile, Inheritance.IF_ANY);
    }

    static TestMachine start(Workspace workspace, Path machineFile, Inheritance inheritance) {
        MachineFile file = MachineFileReader.read(machineFile);
        MachineDirectory directory = directory(workspace, file.machine());
        directory.create();
        MachineLock lock = directory.tryLock().orElseThrow();
        try {
            return new TestMachine(lock, builder().launch(file, new MachineOptions(directory, inheritance)));
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    static MachineBuilder builder() {
        return new MachineBuilder(new DomainPrograms(Drivers.programs(), TestGuest.class.getName()));
    }

    static MachineDirectory directory(Workspace workspace, String machine) {
        return new MachineDirectory(workspace.state().resolve(machine));
    }

    MachineStatus status() {
        return control().status();
    }

    MachineControl control() {
        return machine.control();
    }

    DomainStatus domain(String name) {
        return control().status().domains().stream()
                .filter(domain -> domain.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Events since the machine is up. */
    List<MachineEvent> events(String kind) {
        return events.stream().filter(event -> event.kind().equals(kind)).toList();
    }

    /** Waits for the n-th event of a kind since the machine is up. */
    MachineEvent awaitEvent(String kind, int n) {
        await().atMost(PATIENCE).until(() -> events(kind).size() >= n);
        return events(kind).get(n - 1);
    }

    MachineEvent awaitEvent(String kind) {
        return awaitEvent(kind, 1);
    }

    /** Waits until a driver domain has an owner and somebody to take over from it; the owner. */
    DomainStatus awaitStandby(String domain) {
        await().atMost(PATIENCE)
                .until(() -> domain(domain).state().equals("running")
                        && !domain(domain).standbys().isEmpty());
        return domain(domain);
    }

    /** Waits until the hypervisor has heard who owns a domain now: a takeover is over before it has. */
    void awaitOwner(String domain, long pid) {
        await().atMost(PATIENCE).until(() -> domain(domain).pid() == pid);
    }

    /** Kills the owner of a driver domain once a standby is ready, and waits until the hypervisor knows who took over. */
    void killOwner(String domain) {
        AtomicLong owner = new AtomicLong();
        // For a moment after a death the hypervisor names the dead, and a standby that is none any more.
        await().atMost(PATIENCE).until(() -> {
            owner.set(awaitStandby(domain).pid());
            return kill(owner.get());
        });
        await().atMost(PATIENCE).until(() -> domain(domain).pid() != owner.get());
    }

    /** Waits until a driver domain has an owner. */
    DomainStatus awaitOwner(String domain) {
        await().atMost(PATIENCE).until(() -> domain(domain).state().equals("running"));
        return domain(domain);
    }

    /** Kills a process by SIGKILL, behind the hypervisor's back, and returns once it is gone. False: it was already. */
    static boolean kill(long pid) {
        try (PidFd process = PidFd.open(pid)) {
            boolean killed = process.signal(Processes.SIGKILL);
            process.awaitDeath(-1);
            return killed;
        } catch (LinuxException e) {
            return false;
        }
    }

    /** Stops it in order; the exit status. */
    int stop() {
        control().shutdown();
        int status = machine.awaitExit();
        lock.close();
        return status;
    }

    @Override
    public void close() {
        events.forEach(event -> System.err.println(event));
        assertThat(stop()).as("exit status").isZero();
    }
}
