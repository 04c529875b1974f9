// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import dev.ringfence.hypervisor.Orphans;
import dev.ringfence.hypervisor.control.ControlClient;
import dev.ringfence.hypervisor.control.DomainStatus;
import dev.ringfence.hypervisor.control.MachineDirectory;
import dev.ringfence.hypervisor.control.MachineLock;
import dev.ringfence.hypervisor.control.MachineOptions;
import dev.ringfence.hypervisor.control.MachineStatus;
import dev.ringfence.hypervisor.control.RunningMachine;
import dev.ringfence.hypervisor.keeper.KeeperClient;
import dev.ringfence.hypervisor.machine.MachineFile;
import dev.ringfence.hypervisor.machine.MachineFileReader;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/** A machine whose hypervisor is a process of its own, so that it can be killed. */
public final class HypervisorProcess implements AutoCloseable {
    private final Process process;
    private final MachineDirectory directory;
    private final ControlClient control;

    private HypervisorProcess(Process process, MachineDirectory directory) {
        this.process = process;
        this.directory = directory;
        this.control = new ControlClient(directory);
    }

    /** That process: runs the machine of a file, with its state in a directory. */
    public static void main(String[] arguments) {
        MachineFile file = MachineFileReader.read(Path.of(arguments[0]));
        MachineDirectory directory = new MachineDirectory(Path.of(arguments[1]));
        directory.create();
        MachineLock lock = directory.tryLock().orElseThrow();
        RunningMachine machine = TestMachine.builder().launch(file, new MachineOptions(directory));
        int status = machine.awaitExit();
        lock.close();
        System.exit(status);
    }

    /**
     * Returns once the machine is up and has a standby.
     *
     * @param flags of the Java virtual machine; its domains get the properties among them that begin with "ringfence."
     */
    static HypervisorProcess start(Workspace workspace, Path machineFile, String machine, String... flags)
            throws IOException {
        MachineDirectory directory = TestMachine.directory(workspace, machine);
        directory.create();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--"))
                .forEach(command::add);
        command.addAll(List.of(flags));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), HypervisorProcess.class.getName()));
        command.addAll(List.of(machineFile.toString(), directory.path().toString()));
        File log = directory.log().toFile();
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                .start();
        HypervisorProcess started = new HypervisorProcess(process, directory);
        workspace.closeAtEnd(started);
        Awaitility.await().atMost(TestMachine.PATIENCE).until(() -> directory.answers() && started.hasStandby());
        return started;
    }

    private boolean hasStandby() {
        return status().domains().stream().anyMatch(domain -> !domain.standbys().isEmpty());
    }

    MachineStatus status() {
        return control.status();
    }

    DomainStatus domain(String name) {
        return status().domains().stream()
                .filter(domain -> domain.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    ControlClient control() {
        return control;
    }

    /** The process that keeps what it has. */
    static long keeper(MachineDirectory directory) {
        try (KeeperClient keeper =
                KeeperClient.connect(directory.keeperSocket()).orElseThrow()) {
            return keeper.process().pid();
        }
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /** By SIGKILL; its domains go on. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Its domains too, unless another hypervisor has them and ends them. */
    @Override
    public void close() {
        control.close();
        kill();
        directory.tryLock().ifPresent(lock -> {
            new Orphans(directory).clear();
            lock.close();
        });
    }
}
