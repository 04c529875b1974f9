// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli.demo;

import dev.ringfence.benchmark.NetworkHosts;
import dev.ringfence.benchmark.Progress;
import dev.ringfence.benchmark.transfer.TransferBenchmark;
import dev.ringfence.benchmark.transfer.TransferSettings;
import dev.ringfence.hypervisor.control.ControlException;
import dev.ringfence.hypervisor.control.ControlJson;
import dev.ringfence.hypervisor.control.MachineDirectory;
import dev.ringfence.hypervisor.control.MachineEvent;
import dev.ringfence.hypervisor.control.MachineLauncher;
import dev.ringfence.hypervisor.control.MachineLock;
import dev.ringfence.hypervisor.control.MachineOptions;
import dev.ringfence.hypervisor.control.RunningMachine;
import dev.ringfence.hypervisor.machine.MachineFileReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The main job in one command, with a driver that crashes while it does it. */
@Command(
        name = "demo",
        description = {
            "The main job, start to finish, on small built-in machines:",
            "a guest copies a disk through a driver domain whose driver is killed again and again;",
            "then, for root, a download between two network namespaces through one whose driver is too."
        },
        mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {
    private static final long PAUSE_MILLIS = 700;
    private static final long IMAGE_BYTES = 64L << 20;
    private static final long DOWNLOAD_BYTES = 1L << 30;

    @Option(names = "--kills", defaultValue = "5", description = "how often to kill the driver (default: 5)")
    private int kills;

    @Option(names = "--json", description = "the result as JSON, progress on standard error")
    private boolean json;

    @Spec
    private CommandSpec command;

    private final MachineLauncher launcher;
    private final Path tree;

    /** @param tree the files the demo's disk is filled with */
    public DemoCommand(MachineLauncher launcher, Path tree) {
        this.launcher = launcher;
        this.tree = tree;
    }

    @Override
    public Integer call() throws Exception {
        Path directory = Files.createTempDirectory("ringfence-demo");
        Thread cleaner = new Thread(() -> remove(directory));
        Runtime.getRuntime().addShutdownHook(cleaner);
        try {
            DemoResult disk = run(directory);
            DemoNetwork network = network(directory);
            PrintWriter out = command.commandLine().getOut();
            boolean holds = disk.holds() && network.holds();
            if (json) {
                out.println(ControlJson.write(json(disk, network)));
            } else {
                out.print(disk.text() + network.text());
                out.printf("%-26s%s%n", "result", holds ? "nothing lost" : "FAILED");
            }
            out.flush();
            return holds ? 0 : 1;
        } finally {
            remove(directory);
            Runtime.getRuntime().removeShutdownHook(cleaner);
        }
    }

    private static Map<String, Object> json(DemoResult disk, DemoNetwork network) {
        Map<String, Object> fields = new LinkedHashMap<>(disk.fields());
        fields.put("network", network.fields());
        fields.put("holds", disk.holds() && network.holds());
        return fields;
    }

    private DemoNetwork network(Path directory) {
        Optional<String> obstacle = NetworkHosts.obstacle();
        if (obstacle.isPresent()) {
            return DemoNetwork.leftOut(obstacle.get());
        }
        say("a download from one network namespace to another; killing the driver between them " + kills + " times");
        TransferSettings settings =
                new TransferSettings(kills, DOWNLOAD_BYTES, System.nanoTime(), directory, Optional.empty());
        Progress progress = (done, total, what) -> {
            if (what.startsWith("killing")) {
                say("  kill -9");
            }
        };
        return DemoNetwork.of(new TransferBenchmark(settings, progress).run());
    }

    private DemoResult run(Path directory) throws Exception {
        say("making a disk image of the source tree");
        DemoDisk.Made disk = new DemoDisk(directory).make(tree, IMAGE_BYTES);
        Path file = directory.resolve("demo.json");
        Files.writeString(file, machine(directory.resolve("stop")));
        MachineDirectory state = new MachineDirectory(directory.resolve("state").resolve("demo"));
        state.create();
        MachineLock lock = state.tryLock().orElseThrow();
        RunningMachine running = null;
        try {
            say("starting a driver domain with a standby, and a guest");
            running = launcher.launch(MachineFileReader.read(file), new MachineOptions(state));
            DemoMachine machine = new DemoMachine(running.control());
            say("the guest copies the disk; killing its driver " + kills + " times");
            List<DemoMachine.Crash> crashes = machine.crash(kills, PAUSE_MILLIS, () -> say("  kill -9"));
            Files.createFile(directory.resolve("stop"));
            MachineEvent copied = machine.await("copied");
            return result(disk, directory.resolve("copy.img"), stop(running), crashes, copied);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ControlException(500, "interrupted", e);
        } finally {
            if (running != null) {
                stop(running);
            }
            lock.close();
        }
    }

    private static boolean stop(RunningMachine running) {
        running.control().shutdown();
        return running.awaitExit() == 0;
    }

    private static DemoResult result(
            DemoDisk.Made disk, Path copy, boolean stopped, List<DemoMachine.Crash> crashes, MachineEvent copied)
            throws IOException {
        boolean equal = copied.kind().equals("copied")
                && Files.mismatch(disk.image(), copy) == -1
                && sameHashes(copied.message());
        Optional<Boolean> clean = DemoDisk.isClean(copy);
        return new DemoResult(
                disk.content(),
                DemoMachine.figure(copied, "bytes"),
                equal,
                clean,
                DemoMachine.figure(copied, "errors"),
                stopped && copied.kind().equals("copied"),
                crashes);
    }

    private static boolean sameHashes(String message) {
        int space = message.indexOf(' ');
        return space > 0 && message.substring(0, space).equals(message.substring(space + 1));
    }

    private static String machine(Path stop) {
        return """
                { "machine": "demo",
                  "driverDomains": [ { "name": "disk", "driver": "block", "standbys": 1, "devices": [
                      { "name": "source", "image": "source.img", "readOnly": true },
                      { "name": "copy", "image": "copy.img", "size": "%d" } ] } ],
                  "guests": [ { "name": "guest",
                      "devices": [ { "as": "xvda", "disk": "disk/source" }, { "as": "xvdb", "disk": "disk/copy" } ],
                      "programs": [ { "java": { "class": "%s", "args": [ "xvda", "xvdb", "%s" ] } } ] } ] }
                """.formatted(IMAGE_BYTES, CopyProgram.class.getName(), stop);
    }

    private void say(String line) {
        PrintWriter err = command.commandLine().getErr();
        err.println(line);
        err.flush();
    }

    private static void remove(Path directory) {
        try (var paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            System.err.println("ringfence: " + directory + " could not be removed: " + e.getMessage());
        }
    }
}
