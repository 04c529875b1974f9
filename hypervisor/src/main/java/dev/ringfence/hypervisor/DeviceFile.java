// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.domain.ConnectionSpec;
import dev.ringfence.domain.DeviceDescription;
import dev.ringfence.domain.DeviceKind;
import dev.ringfence.domain.SwitchOptions;
import dev.ringfence.hypervisor.control.ControlException;
import dev.ringfence.hypervisor.keeper.Kept;
import dev.ringfence.hypervisor.machine.Backing;
import dev.ringfence.hypervisor.machine.DeviceSpec;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.Errno;
import dev.ringfence.memory.FileOperations;
import dev.ringfence.memory.LinuxException;
import dev.ringfence.memory.SharedMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What a device keeps its sectors in, or where its wire ends or its bytes come from, opened and locked by the hypervisor for as long as the machine is up.
 *
 * <p>Every driver process gets an open file of its own, and it was opened before its predecessor could write anything: the
 * kernel reports a write-back error once to each open file, so only such a file still knows of an error that the
 * predecessor died with. Hence there is always one open file in reserve. The lock is ours: it must not vanish with a
 * driver.
 */
final class DeviceFile implements AutoCloseable {
    private final DeviceSpec spec;
    /** What its driver is told of it besides. */
    private final Map<String, String> options;

    private final Optional<Path> path;
    private final Optional<SharedMemory> memory;
    private final Optional<Descriptor> locked;
    /** Of a NIC or a source of random bytes: every process has the same, and what is in them outlives it. */
    private final List<Descriptor> wires;

    private final long bytes;
    private Optional<Descriptor> reserve = Optional.empty();
    private Optional<Keeping> keeping = Optional.empty();

    private DeviceFile(
            DeviceSpec spec,
            Map<String, String> options,
            Optional<Path> path,
            Optional<SharedMemory> memory,
            Optional<Descriptor> locked,
            long bytes) {
        this.spec = spec;
        this.options = Map.copyOf(options);
        this.path = path;
        this.memory = memory;
        this.locked = locked;
        this.wires = List.of();
        this.bytes = bytes;
    }

    private DeviceFile(DeviceSpec spec, Map<String, String> options, List<Descriptor> wires) {
        this.spec = spec;
        this.options = Map.copyOf(options);
        this.path = Optional.empty();
        this.memory = Optional.empty();
        this.locked = Optional.empty();
        this.wires = List.copyOf(wires);
        this.bytes = 0;
    }

    private static DeviceFile inMemory(DeviceSpec spec, Map<String, String> options, SharedMemory memory, long bytes) {
        return new DeviceFile(spec, options, Optional.empty(), Optional.of(memory), Optional.empty(), bytes);
    }

    private static DeviceFile without(DeviceSpec spec, Map<String, String> options, long bytes) {
        return new DeviceFile(spec, options, Optional.empty(), Optional.empty(), Optional.empty(), bytes);
    }

    /** Served by code that no warm-up reaches. */
    boolean isUserClass() {
        return spec.backing() instanceof Backing.UserClass;
    }

    /**
     * @param options what its driver is told of it besides
     * @throws ControlException when it can't be opened, or somebody else has it
     */
    static DeviceFile open(DeviceSpec spec, Map<String, String> options) {
        Backing backing = spec.backing();
        if (backing instanceof Backing.Memory inMemory) {
            SharedMemory memory = SharedMemory.create("ringfence-disk-" + spec.name(), inMemory.bytes());
            return inMemory(spec, options, memory, inMemory.bytes());
        }
        if (backing instanceof Backing.Image image) {
            return openFile(spec, options, image.path(), image);
        }
        if (backing instanceof Backing.RawDevice device) {
            return openFile(spec, options, device.path(), null);
        }
        if (backing instanceof Backing.Entropy entropy) {
            return new DeviceFile(spec, options, List.of(openSource(spec, entropy.source())));
        }
        if (backing instanceof Backing.Tap tap) {
            List<Descriptor> wires = Taps.open("device " + spec.name(), tap, spec.queues(), OptionalLong.empty());
            return new DeviceFile(spec, options, wires);
        }
        if (backing instanceof Backing.Switch lan) {
            return new DeviceFile(spec, options, SwitchWires.open(spec, lan, SwitchOptions.of(options)));
        }
        return without(spec, options, 0);
    }

    /** Goes on with what an earlier hypervisor has opened: no lock is let go, and no error of a dead driver forgotten. */
    static DeviceFile adopt(DeviceSpec spec, Map<String, String> options, Kept kept) {
        Notes.Device note = Keeper.read(kept.note(), Notes.Device.class);
        if (spec.backing() instanceof Backing.Memory) {
            SharedMemory memory = SharedMemory.open(kept.descriptors().get(0));
            return inMemory(spec, options, memory, note.bytes());
        }
        if (spec.kind() != DeviceKind.BLOCK) {
            return new DeviceFile(spec, options, kept.descriptors());
        }
        if (kept.descriptors().isEmpty()) {
            return without(spec, options, note.bytes());
        }
        Path path = spec.backing() instanceof Backing.Image image
                ? image.path()
                : ((Backing.RawDevice) spec.backing()).path();
        Optional<Descriptor> lock = Optional.of(kept.descriptors().get(0));
        DeviceFile file = new DeviceFile(spec, options, Optional.of(path), Optional.empty(), lock, note.bytes());
        file.reserve = Optional.of(kept.descriptors().get(1));
        return file;
    }

    /** Has a successor find it, as it is and as it will be. */
    synchronized void keep(Keeper keeper, String domain) {
        keeping = Optional.of(keeper.keep(Notes.device(domain, name()), new Notes.Device(bytes), descriptors()));
    }

    private List<Descriptor> descriptors() {
        return Stream.concat(
                        Stream.of(memory.map(SharedMemory::descriptor), locked, reserve)
                                .flatMap(Optional::stream),
                        wires.stream())
                .toList();
    }

    private static DeviceFile openFile(DeviceSpec spec, Map<String, String> options, Path path, Backing.Image image) {
        try {
            if (image != null && image.create() && !Files.exists(path)) {
                create(path, image.bytes());
            }
            Descriptor lock = Descriptor.open(path.toString(), !spec.readOnly());
            if (!lock.tryLock(!spec.readOnly())) {
                lock.close();
                throw new ControlException(
                        409, "device " + spec.name() + ": " + path + " is in use: another machine has it");
            }
            long bytes = image == null ? FileOperations.blockDeviceBytes(lock) : FileOperations.fileBytes(lock);
            DeviceFile file =
                    new DeviceFile(spec, options, Optional.of(path), Optional.empty(), Optional.of(lock), bytes);
            file.reserve = Optional.of(file.openOnce());
            return file;
        } catch (LinuxException | IOException e) {
            throw new ControlException(400, "device " + spec.name() + ": " + path + ": " + e.getMessage(), e);
        }
    }

    private static Descriptor openSource(DeviceSpec spec, Path source) {
        try {
            return Descriptor.open(source.toString(), false);
        } catch (LinuxException e) {
            throw new ControlException(400, "device " + spec.name() + ": " + source + ": " + e.getMessage(), e);
        }
    }

    private static void create(Path path, long bytes) throws IOException {
        try (var file = Files.newByteChannel(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            file.position(bytes - 1);
            file.write(java.nio.ByteBuffer.allocate(1));
        }
    }

    private Descriptor openOnce() {
        return Descriptor.open(path.orElseThrow().toString(), !spec.readOnly());
    }

    String name() {
        return spec.name();
    }

    DeviceSpec spec() {
        return spec;
    }

    DeviceDescription description() {
        Backing backing = spec.backing();
        String kind = DeviceDescription.IMAGE;
        if (backing instanceof Backing.RawDevice) {
            kind = DeviceDescription.BLOCK_DEVICE;
        } else if (backing instanceof Backing.Memory) {
            kind = DeviceDescription.MEMORY;
        } else if (backing instanceof Backing.Tap) {
            kind = DeviceDescription.TAP;
        } else if (backing instanceof Backing.Switch) {
            kind = DeviceDescription.SWITCH;
        } else if (backing instanceof Backing.Entropy) {
            kind = DeviceDescription.ENTROPY;
        } else if (backing instanceof Backing.UserClass user) {
            kind = user.className();
        }
        return new DeviceDescription(
                spec.name(), kind, bytes, spec.sectorBytes(), spec.readOnly(), spec.queues(), options);
    }

    /** The files for the next driver process; the one after it gets one that is opened now. The caller's to close. */
    synchronized List<Descriptor> nextForProcess() {
        if (memory.isPresent()) {
            return List.of(memory.get().descriptor().duplicate());
        }
        if (!wires.isEmpty()) {
            return wires.stream().map(Descriptor::duplicate).toList();
        }
        List<Descriptor> next = reserve.stream().toList();
        if (path.isPresent()) {
            reserve = Optional.of(openOnce());
            keeping.ifPresent(kept -> kept.update(new Notes.Device(bytes), descriptors()));
        }
        return next;
    }

    long bytes() {
        return bytes;
    }

    /** Of a connection to a NIC, the file each of its pairs of rings receives from; none for other devices. */
    List<Descriptor> arrivals(ConnectionSpec connection) {
        if (spec.backing() instanceof Backing.Tap) {
            return wires;
        }
        return spec.backing() instanceof Backing.Switch
                ? SwitchWires.receivers(SwitchOptions.of(options), spec.queues(), wires, connection.name())
                : List.of();
    }

    /** Files that every process has of a NIC. */
    int wires() {
        return wires.size();
    }

    /** Everything drivers wrote is durable after this; a clean stop ends with it. False when the device failed. */
    boolean sync() {
        int result = locked.isPresent() && !spec.readOnly() ? FileOperations.sync(locked.get()) : 0;
        return result == 0 || result == -Errno.EINVAL;
    }

    @Override
    public synchronized void close() {
        keeping.ifPresent(Keeping::close);
        wires.forEach(Descriptor::close);
        reserve.ifPresent(Descriptor::close);
        locked.ifPresent(Descriptor::close);
        memory.ifPresent(SharedMemory::close);
    }
}
