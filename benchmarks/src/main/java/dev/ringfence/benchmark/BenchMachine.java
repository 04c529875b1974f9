// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The machine under measurement, in processes of its own like any other.
 *
 * <pre>
 *   disk   vol0 image  <- load xvda     LoadProgram, ordered over a socket
 *          ram  memory <- load xvdb
 *          vol1 image  <- web  xvda     an NBD gateway
 *          vol2 image  <- load xvdd     with tags
 *   probe  AllocationProbe <- load xvdc
 * </pre>
 */
final class BenchMachine implements AutoCloseable {
    static final String DRIVER = "disk";
    static final String LOAD_GUEST = "load";
    static final String NBD_GUEST = "web";

    private final LaunchedMachine machine;
    private final Worker worker;
    private final Path gateway;

    private BenchMachine(LaunchedMachine machine, Worker worker, Path gateway) {
        this.machine = machine;
        this.worker = worker;
        this.gateway = gateway;
    }

    /**
     * The files of its disks, all of one size.
     *
     * @param tagged whose front-end keeps tags: nobody else may write to it
     */
    record Images(Path ring, Path nbd, Path tagged) {}

    /** @param home a new directory, for the machine file and sockets */
    static BenchMachine start(Path home, Images images, long bytes) throws IOException {
        Path socket = home.resolve("load.sock");
        Path gateway = home.resolve("gateway.sock");
        String name = "bench-" + ProcessHandle.current().pid();
        try (Worker.Door door = new Worker.Door(socket)) {
            LaunchedMachine machine =
                    LaunchedMachine.start(home.resolve("machine.json"), machine(name, socket, gateway, images, bytes));
            Worker worker = door.accept("guest " + LOAD_GUEST);
            return new BenchMachine(machine, worker, gateway);
        }
    }

    private static Map<String, Object> machine(String name, Path socket, Path gateway, Images images, long bytes) {
        List<Object> disks = List.of(
                Map.of("name", "vol0", "image", images.ring().toString()),
                Map.of("name", "vol1", "image", images.nbd().toString()),
                Map.of("name", "vol2", "image", images.tagged().toString()),
                Map.of("name", "ram", "memory", bytes + "B"));
        List<Object> probes = List.of(Map.of("name", "probe", "class", AllocationProbe.class.getName()));
        List<Object> loaded = List.of(
                Map.of("as", LoadProgram.IMAGE_DISK, "disk", "disk/vol0"),
                Map.of("as", LoadProgram.MEMORY_DISK, "disk", "disk/ram"),
                Map.of("as", LoadProgram.TAGGED_DISK, "disk", "disk/vol2", "tags", true),
                Map.of("as", LoadProgram.PROBE_DISK, "disk", "probe/probe", "mode", "r"));
        Map<String, Object> load =
                Map.of("java", Map.of("class", LoadProgram.class.getName(), "args", List.of(socket.toString())));
        Map<String, Object> nbd = Map.of("nbd", Map.of("device", "xvda", "listen", "unix:" + gateway));
        return Map.of(
                "machine",
                name,
                "driverDomains",
                List.of(
                        Map.of("name", DRIVER, "driver", "block", "devices", disks),
                        Map.of("name", "probe", "driver", "block", "standbys", 0, "devices", probes)),
                "guests",
                List.of(
                        Map.of("name", LOAD_GUEST, "devices", loaded, "programs", List.of(load)),
                        Map.of(
                                "name",
                                NBD_GUEST,
                                "devices",
                                List.of(Map.of("as", "xvda", "disk", "disk/vol1")),
                                "programs",
                                List.of(nbd))));
    }

    /** The guest that drives its queues as ordered. */
    Worker worker() {
        return worker;
    }

    /** The socket of the guest's NBD server. */
    Path gateway() {
        return gateway;
    }

    /** The process of a domain. */
    long pid(String domain) {
        return machine.domain(domain).pid();
    }

    @Override
    public void close() {
        worker.close();
        machine.close();
    }
}
