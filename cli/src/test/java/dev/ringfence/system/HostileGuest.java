// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import dev.ringfence.domain.DomainChannel;
import dev.ringfence.domain.DomainOptions;
import dev.ringfence.domain.DomainRuntime;
import dev.ringfence.domain.Message;
import dev.ringfence.store.StoreClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A guest that keeps to no rule. It connects its devices as it should, so that its machine comes up, and then does what it is
 * told over the socket that its program's first argument names.
 */
public final class HostileGuest implements DomainRuntime.Role {
    private final DomainRuntime runtime;
    private final StoreClient store;
    private final String home;
    private final Map<String, RawDisk> disks = new LinkedHashMap<>();
    private final Map<String, RawEntropy> sources = new LinkedHashMap<>();
    private final Map<String, RawNic> nics = new LinkedHashMap<>();
    private final StoreAttacks storeAttacks;

    private HostileGuest(DomainRuntime runtime) {
        this.runtime = runtime;
        this.store = new StoreClient(runtime.hypercalls().store());
        this.home = "/local/domain/" + runtime.options().domid();
        this.storeAttacks = new StoreAttacks(store, home);
    }

    public static void main(String[] arguments) throws IOException {
        DomainRuntime runtime = new DomainRuntime(DomainOptions.parse(arguments));
        HostileGuest guest = new HostileGuest(runtime);
        runtime.start(guest);
        guest.connectAll();
        Commands.serve(
                Path.of(guest.store.read(guest.home + "/data/programs/0/args/0").orElseThrow()), guest::obey);
    }

    private void connectAll() {
        for (String handle : store.directory(home + "/device/vbd")) {
            String frontend = home + "/device/vbd/" + handle;
            RawDisk disk = new RawDisk(runtime.hypercalls(), store, frontend);
            disk.connect();
            disks.put(as(frontend), disk);
        }
        for (String handle : store.directory(home + "/device/rng")) {
            String frontend = home + "/device/rng/" + handle;
            RawEntropy source = new RawEntropy(runtime.hypercalls(), store, frontend);
            source.connect();
            sources.put(as(frontend), source);
        }
        for (String handle : store.directory(home + "/device/vif")) {
            RawNic nic = new RawNic(runtime.hypercalls(), store, home + "/device/vif/" + handle);
            nic.connect();
            nics.put(store.read(nic.backend() + "/dev").orElseThrow(), nic);
        }
    }

    private String as(String frontend) {
        String backend = store.read(frontend + "/backend").orElseThrow();
        return store.read(backend + "/dev").orElseThrow();
    }

    /**
     * {@code ring ATTACK DISK}, {@code fuzz SEED DISK}, {@code store ATTACK DISK}, {@code check DISK}, {@code accuse DISK},
     * {@code deafen MILLIS DISK}, {@code entropy ATTACK SOURCE}, {@code ask SOURCE}; {@code nic WHAT...} for {@link HostileNic}.
     */
    private String obey(String command) throws IOException {
        String[] words = command.split(" ", -1);
        if (words[0].equals("nic")) {
            return HostileNic.obey(nics.get(words[words.length - 1]), words);
        }
        RawDisk disk = disks.get(words[words.length - 1]);
        return switch (words[0]) {
            case "ring" -> ring(RingAttack.valueOf(words[1]), disk);
            case "fuzz" -> RingFuzz.run(disk, Long.parseLong(words[1]));
            case "store" -> storeAttacks.carryOut(words[1], disk);
            case "check" -> check(disk);
            case "accuse" -> accuse(disk);
            case "deafen" -> deafen(disk, Long.parseLong(words[1]));
            case "entropy" -> entropy(EntropyAttack.valueOf(words[1]), sources.get(words[2]));
            case "ask" -> sources.get(words[1]).ask(RawRingDevice.DATA_REF, 64);
            default -> "no such command";
        };
    }

    private String ring(RingAttack attack, RawDisk disk) {
        String outcome = attack.carryOut(disk);
        if (outcome.startsWith("closed")) {
            disk.close();
            disk.connect();
        }
        return outcome;
    }

    private static String entropy(EntropyAttack attack, RawEntropy source) {
        String outcome = attack.carryOut(source);
        if (outcome.startsWith("closed")) {
            source.close();
            source.connect();
        }
        return outcome;
    }

    /** Says, many times, that its driver answered what it should not have. */
    private String accuse(RawDisk disk) {
        String outcome = check(disk);
        for (int i = 0; i < 100; i++) {
            runtime.hypercalls()
                    .violated(new Message.DriverViolation(
                            disk.handle(), 0, disk.produced() - 1, i, i % 2, i % 3, "made up"));
        }
        return outcome;
    }

    /** Shows a request, and takes every ring out of the driver's bell for a while; then lets it hear. */
    private static String deafen(RawDisk disk, long millis) throws IOException {
        long stolen;
        try (BellThief thief = new BellThief()) {
            disk.put(RingAttack.read(RawDisk.DATA_REF, 0, 7));
            disk.show(disk.produced());
            long until = System.nanoTime() + millis * 1_000_000;
            while (System.nanoTime() - until < 0) {
                Thread.onSpinWait();
            }
            stolen = thief.stolen();
        }
        return disk.perform() + " after " + stolen + " rings stolen";
    }

    private static String check(RawDisk disk) {
        disk.put(RingAttack.read(RawDisk.DATA_REF, 0, 7));
        return disk.perform();
    }

    @Override
    public void received(DomainChannel.Request request) {
        if (request.message() instanceof Message.Shutdown) {
            System.exit(0);
        }
    }
}
