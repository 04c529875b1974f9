// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Everything that is compared, up and running: the machine, the floor's process, the peers. Gone when closed or killed. */
final class Testbed implements AutoCloseable {
    private static final List<String> PEERS = List.of(Engines.NBDKIT, Engines.QEMU_NBD);

    private final Settings settings;
    private final Resources resources = new Resources();
    private final Map<String, Path> nbdSockets = new LinkedHashMap<>();
    private final Map<String, String> tools = new LinkedHashMap<>();
    private final List<String> skipped = new ArrayList<>();
    private BenchMachine machine;
    private DirectWorker direct;

    private Testbed(Settings settings) {
        this.settings = settings;
    }

    static Testbed open(Settings settings) {
        Testbed testbed = new Testbed(settings);
        try {
            testbed.start();
            return testbed;
        } catch (IOException e) {
            testbed.close();
            throw new BenchmarkException("the testbed can't be set up: " + e, e);
        } catch (RuntimeException e) {
            testbed.close();
            throw e;
        }
    }

    private void start() throws IOException {
        Path files = resources.deleted(Files.createTempDirectory(settings.directory(), "ringfence-bench"));
        Path image = files.resolve("vol0.img");
        Path nbdImage = files.resolve("vol1.img");
        Directories.createImage(image, settings.sizeBytes());
        Path tagged = files.resolve("vol2.img");
        Directories.createImage(nbdImage, settings.sizeBytes());
        Directories.createImage(tagged, settings.sizeBytes());
        Path home = resources.deleted(Files.createTempDirectory("ringfence-bench"));
        machine = resources.closed(
                BenchMachine.start(home, new BenchMachine.Images(image, nbdImage, tagged), settings.sizeBytes()));
        direct = resources.closed(DirectWorker.start(home, image, settings.sizeBytes()));
        startNbd(home, nbdImage);
    }

    private void startNbd(Path home, Path image) {
        if (settings.skipPeers()) {
            skipped.add("NBD servers: not asked for");
            return;
        }
        Optional<String> fio = Tools.version("fio");
        if (fio.isEmpty()) {
            skipped.add("NBD servers: fio is not installed");
            return;
        }
        tools.put("fio", fio.get());
        nbdSockets.put(Engines.GATEWAY, machine.gateway());
        for (String peer : PEERS) {
            Optional<String> version = Tools.version(peer);
            if (version.isPresent()) {
                Path socket = home.resolve(peer + ".sock");
                resources.closed(NbdServer.start(peer, socket, image, home.resolve(peer + ".log")));
                nbdSockets.put(peer, socket);
                tools.put(peer, version.get());
            } else {
                skipped.add(peer + ": not installed");
            }
        }
    }

    /** NBD servers that can be measured, ours first. */
    List<String> nbdEngines() {
        return List.copyOf(nbdSockets.keySet());
    }

    Map<String, String> tools() {
        return tools;
    }

    List<String> skipped() {
        return skipped;
    }

    BenchMachine machine() {
        return machine;
    }

    Figures measure(String device, Workload workload, String engine, long nanos, long seed) {
        return switch (engine) {
            case Engines.RING -> ring(new Order(disk(device), workload, nanos, seed));
            case Engines.RING_TAGS -> ring(new Order(LoadProgram.TAGGED_DISK, workload, nanos, seed));
            case Engines.DIRECT -> direct.perform(new Order(device, workload, nanos, seed));
            case Engines.ROUND_TRIP, Engines.ROUND_TRIP_AND_READ ->
                direct.perform(new Order(engine, workload, nanos, seed));
            default -> Fio.run(nbdSockets.get(engine), settings.sizeBytes(), new Order(device, workload, nanos, seed));
        };
    }

    /** The load of a disk by the guest's own name for it. */
    Figures ring(Order order) {
        return machine.worker().perform(order);
    }

    private static String disk(String device) {
        return device.equals(Results.IMAGE) ? LoadProgram.IMAGE_DISK : LoadProgram.MEMORY_DISK;
    }

    @Override
    public void close() {
        resources.close();
    }
}
