// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.domain.ConnectionSpec;
import dev.ringfence.domain.DeviceDescription;
import dev.ringfence.domain.QueueSpec;
import dev.ringfence.fault.DiskHistory;
import dev.ringfence.fault.SectorTag;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.RobustMutex;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;
import dev.ringfence.ring.ControlRegion;
import dev.ringfence.ring.Journal;
import dev.ringfence.ring.Settlement;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** A guest's disk, from both of its far ends: the memory a hypervisor makes, and the guest that uses it. */
final class LabConnection implements AutoCloseable {
    static final int SECTORS = 64;
    static final int SLOTS = LabLink.SLOTS;

    private static final int LOOKS = 20;
    private static final long LOOK_NANOS = 20_000;

    private final DiskHistory history;
    private final Path image;
    private final String kind;
    private final Map<String, String> deviceOptions;
    private final Shape shape;
    private final Optional<LabTags> tags;

    /** The last is the one in use; the others stay, since their drivers may be there still. */
    private final List<LabLink> links = new ArrayList<>();

    private long lastId;

    /** What differs from one connection to the next. */
    record Shape(int queues, int firstIndex, String kind, Map<String, String> deviceOptions, boolean flushesMayFail) {
        static Shape plain(int queues, int firstIndex) {
            return new Shape(queues, firstIndex, DeviceDescription.IMAGE, Map.of(), false);
        }

        /** A disk whose cache is lost when the power fails, which it may whenever a flush has been answered. */
        static Shape withVolatileDisk(int firstIndex, Map<String, String> deviceOptions) {
            return new Shape(1, firstIndex, VolatileDisk.class.getName(), deviceOptions, false);
        }
    }

    LabConnection(Lab lab, Shape shape) {
        this(lab, shape, Optional.empty());
    }

    /** @param tags by which its guest knows what each sector must hold; closed with it */
    LabConnection(Lab lab, Shape shape, Optional<LabTags> tags) {
        this.tags = tags;
        history = new DiskHistory(shape.flushesMayFail());
        kind = shape.kind();
        deviceOptions = shape.deviceOptions();
        this.shape = shape;
        links.add(new LabLink(this, shape.queues(), shape.firstIndex()));
        image = lab.directory().resolve("image-" + lab.nextLife());
        writeImage(image);
        if (kind.equals(VolatileDisk.class.getName())) {
            Path medium = VolatileDisk.medium(image);
            writeImage(medium);
            history.tryPowerCuts(() -> List.of(readSettled(medium), readSettled(image)));
        }
    }

    private static void writeImage(Path image) {
        ByteBuffer sectors = ByteBuffer.allocate(SECTORS * SectorTag.BYTES);
        for (int sector = 0; sector < SECTORS; sector++) {
            SectorTag.write(sectors, sector * SectorTag.BYTES, sector, DiskHistory.INITIAL);
        }
        try {
            Files.write(image, sectors.array());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the image takes; as long as it was made, if nobody wrote beyond its end. */
    long imageBytes() {
        try {
            return Files.size(image);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What each sector of the image holds now. */
    long[] readImage() {
        return readImage(image);
    }

    /** A sector that is being written just now is looked at again: what a disk holds of it is whole at every moment. */
    private static long[] readSettled(Path image) {
        long[] values = readImage(image);
        for (int look = 0;
                look < LOOKS && Arrays.stream(values).anyMatch(value -> value == SectorTag.GARBLED);
                look++) {
            LockSupport.parkNanos(LOOK_NANOS);
            values = readImage(image);
        }
        return values;
    }

    private static long[] readImage(Path image) {
        try (InputStream file = Files.newInputStream(image)) {
            ByteBuffer sectors = ByteBuffer.wrap(file.readNBytes(SECTORS * SectorTag.BYTES));
            long[] values = new long[SECTORS];
            for (int sector = 0; sector < SECTORS; sector++) {
                values[sector] = SectorTag.read(sectors, sector * SectorTag.BYTES, sector);
            }
            return values;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long nextId() {
        return ++lastId;
    }

    /** What is in use. */
    LabLink link() {
        return links.get(links.size() - 1);
    }

    /** The guest connects again, and asks again what was not answered, in the order in which it had asked. */
    void reconnect() {
        LabLink old = link();
        LabLink fresh = new LabLink(this, shape.queues(), shape.firstIndex());
        links.add(fresh);
        for (int i = 0; i < old.queues().size(); i++) {
            old.queues().get(i).moveTo(fresh.queues().get(i));
        }
    }

    SharedMemory region() {
        return link().region();
    }

    ControlRegion control() {
        return link().control();
    }

    Optional<LabTags> tags() {
        return tags;
    }

    DiskHistory history() {
        return history;
    }

    Map<String, String> deviceOptions() {
        Map<String, String> options = new LinkedHashMap<>(deviceOptions);
        options.put(LabDisk.IMAGE, image.toString());
        return options;
    }

    /** The file a new process gets of the disk; a user's device opens its own. */
    Optional<Descriptor> openImage() {
        return kind.equals(DeviceDescription.IMAGE)
                ? Optional.of(Descriptor.open(image.toString(), true))
                : Optional.empty();
    }

    /** The calls of a device that writes them down. */
    List<String> trace() {
        try {
            Path trace = LabDisk.trace(image);
            return Files.exists(trace) ? Files.readAllLines(trace) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<LabQueue> queues() {
        return link().queues();
    }

    LabQueue queue(int number) {
        return queues().get(number);
    }

    RobustMutex lease(int queue) {
        return link().lease(queue);
    }

    Journal journal(int queue) {
        return link().journal(queue);
    }

    /** The longest time that the guest has waited for an answer. */
    long longestWaitNanos() {
        return links.stream()
                .flatMap(link -> link.queues().stream())
                .mapToLong(LabQueue::longestWaitNanos)
                .max()
                .orElse(0);
    }

    /** What a successor would find in a queue's journal now. */
    JournalState journalState(int queue) {
        try (SharedMemory copy = SharedMemory.create("lab-journal", Journal.bytes(SLOTS))) {
            Window control = control().queue(queue);
            control.copyTo(0, copy.window(), 0, control.bytes());
            Journal journal = new Journal(copy.window(), SLOTS);
            Settlement settlement = new Settlement(SLOTS);
            journal.settle(settlement);
            return new JournalState(
                    journal.requestConsumer(),
                    journal.responseCommitted(),
                    settlement.answeredCount() + settlement.unfinishedCount());
        }
    }

    record JournalState(int requestConsumer, int responseCommitted, int inFlight) {}

    /** A life's own name for the device, since each opens it anew, and has a gate of its own. */
    DeviceDescription device(int life, Map<String, String> options) {
        return new DeviceDescription(
                Saboteur.device(life), kind, (long) SECTORS * SectorTag.BYTES, 512, false, shape.queues(), options);
    }

    ConnectionSpec spec(int life) {
        List<QueueSpec> specs = queues().stream()
                .map(queue -> new QueueSpec(List.of(0), 1, false))
                .toList();
        return new ConnectionSpec(life, 0, Saboteur.device(life), SLOTS, false, specs);
    }

    @Override
    public void close() {
        links.forEach(LabLink::close);
        tags.ifPresent(LabTags::close);
        try {
            Files.delete(image);
            Files.deleteIfExists(VolatileDisk.medium(image));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
