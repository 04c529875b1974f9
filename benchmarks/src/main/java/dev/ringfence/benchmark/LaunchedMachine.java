// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import dev.ringfence.backend.drivers.Drivers;
import dev.ringfence.frontend.guest.GuestDomain;
import dev.ringfence.hypervisor.DomainPrograms;
import dev.ringfence.hypervisor.MachineBuilder;
import dev.ringfence.hypervisor.control.ControlException;
import dev.ringfence.hypervisor.control.DomainStatus;
import dev.ringfence.hypervisor.control.MachineControl;
import dev.ringfence.hypervisor.control.MachineDirectory;
import dev.ringfence.hypervisor.control.MachineLock;
import dev.ringfence.hypervisor.control.MachineOptions;
import dev.ringfence.hypervisor.control.RunningMachine;
import dev.ringfence.hypervisor.machine.MachineFileReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** A machine whose hypervisor is this process, in a state directory of its own, which goes with it. */
public final class LaunchedMachine implements AutoCloseable {
    private final MachineDirectory directory;
    private final MachineLock lock;
    private final RunningMachine running;

    private LaunchedMachine(MachineDirectory directory, MachineLock lock, RunningMachine running) {
        this.directory = directory;
        this.lock = lock;
        this.running = running;
    }

    /**
     * @param file where the machine file is to be written
     * @param description of the machine, which must have a name that no other has
     */
    public static LaunchedMachine start(Path file, Map<String, Object> description) throws IOException {
        return start(file, description, () -> true);
    }

    /** @param supervision whether the health monitor is to look, at the time it asks */
    public static LaunchedMachine start(Path file, Map<String, Object> description, BooleanSupplier supervision)
            throws IOException {
        DomainPrograms programs = new DomainPrograms(Drivers.programs(), GuestDomain.class.getName());
        return start(file, description, programs, supervision);
    }

    /** @param programs that run in the domains */
    public static LaunchedMachine start(
            Path file, Map<String, Object> description, DomainPrograms programs, BooleanSupplier supervision)
            throws IOException {
        Files.write(file, WorkerLink.JSON.writeValueAsBytes(description));
        String name = (String) description.get("machine");
        MachineDirectory directory =
                new MachineDirectory(MachineDirectory.root(System.getenv()).resolve(name));
        directory.create();
        MachineLock lock = directory.tryLock().orElseThrow();
        try {
            MachineOptions options = new MachineOptions(directory, MachineOptions.Inheritance.REFUSED, supervision);
            return new LaunchedMachine(
                    directory, lock, new MachineBuilder(programs).launch(MachineFileReader.read(file), options));
        } catch (ControlException e) {
            lock.close();
            throw new BenchmarkException("the machine did not start: " + e.getMessage(), e);
        }
    }

    public MachineControl control() {
        return running.control();
    }

    public DomainStatus domain(String name) {
        return control().status().domains().stream()
                .filter(status -> status.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Where a domain's standard output goes. */
    public Path log(String domain) {
        return directory.log(domain);
    }

    @Override
    public void close() {
        running.control().shutdown();
        running.awaitExit();
        lock.close();
        Directories.delete(directory.path());
    }
}
