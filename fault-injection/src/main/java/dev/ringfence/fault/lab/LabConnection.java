// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.domain.ConnectionSpec;
import dev.ringfence.domain.DeviceDescription;
import dev.ringfence.domain.QueueSpec;
import dev.ringfence.fault.DiskHistory;
import dev.ringfence.fault.DiskHistory.Nature;
import dev.ringfence.fault.DiskHistory.Violation;
import dev.ringfence.fault.SectorTag;
import dev.ringfence.grant.GrantTable;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.RobustMutex;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.ring.ControlRegion;
import dev.ringfence.ring.Journal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** A guest's disk, from both of its far ends: the memory a hypervisor makes, and the guest that uses it. */
final class LabConnection implements LabSubject {
    static final int SECTORS = 64;
    private static final int SINGLE_READS = 16;

    static final int SLOTS = 32;

    private static final int GUEST_FRAMES = 320;

    private final DiskHistory history;
    private final Path image;
    private final String kind;
    private final Map<String, String> deviceOptions;
    private final Shape shape;
    private final Optional<LabTags> tags;
    private final List<List<Operation>> batches;

    /** The last is the one in use; the others stay, since their drivers may be there still. */
    private final List<Ends> ends = new ArrayList<>();

    /** The queue whose path was bad for the first driver; null where none was. */
    private LabQueue badPath;

    private boolean pathEnded;
    private long lastId;

    /** A connection and the guest's side of it. */
    private record Ends(LabLink link, List<LabQueue> queues) {}

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
        this(lab, shape, Workloads.MIXED, Optional.empty());
    }

    /** @param options of the disk, for each life that opens it */
    LabConnection(Lab lab, Guest guest, Map<String, String> options) {
        this(
                lab,
                guest.shape(options),
                guest.batches(),
                guest.tagged() ? Optional.of(new LabTags(SECTORS)) : Optional.empty());
    }

    /** @param tags by which its guest knows what each sector must hold; closed with it */
    private LabConnection(Lab lab, Shape shape, List<List<Operation>> batches, Optional<LabTags> tags) {
        this.tags = tags;
        this.batches = batches;
        history = new DiskHistory(shape.flushesMayFail());
        kind = shape.kind();
        deviceOptions = shape.deviceOptions();
        this.shape = shape;
        ends.add(connect());
        image = lab.directory().resolve("image-" + lab.nextLife());
        LabImage.write(image);
        if (kind.equals(VolatileDisk.class.getName())) {
            Path medium = VolatileDisk.medium(image);
            LabImage.write(medium);
            history.tryPowerCuts(() -> List.of(LabImage.readSettled(medium), LabImage.readSettled(image)));
        }
    }

    private Ends connect() {
        LabLink link = new LabLink(GUEST_FRAMES, shape.queues(), SLOTS, shape.firstIndex());
        GrantTable grants = new GrantTable(link.region().window());
        List<LabQueue> queues = new ArrayList<>();
        for (int i = 0; i < shape.queues(); i++) {
            queues.add(new LabQueue(this, link, grants, link.nextFrames(1), shape.firstIndex()));
        }
        queues.forEach(link::add);
        return new Ends(link, queues);
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
        return LabImage.read(image);
    }

    long nextId() {
        return ++lastId;
    }

    private Ends inUse() {
        return ends.get(ends.size() - 1);
    }

    @Override
    public LabLink link() {
        return inUse().link();
    }

    @Override
    public void reconnect() {
        List<LabQueue> old = queues();
        ends.add(connect());
        for (int i = 0; i < old.size(); i++) {
            old.get(i).moveTo(queue(i));
        }
    }

    @Override
    public void publish() {
        queues().forEach(LabQueue::publish);
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

    @Override
    public Map<String, String> deviceOptions() {
        Map<String, String> options = new LinkedHashMap<>(deviceOptions);
        options.put(LabDisk.IMAGE, image.toString());
        return options;
    }

    /** The file of the disk; a user's device opens its own. */
    @Override
    public List<Descriptor> openFiles() {
        return kind.equals(DeviceDescription.IMAGE) ? List.of(Descriptor.open(image.toString(), true)) : List.of();
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
        return inUse().queues();
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

    @Override
    public long longestWaitNanos() {
        return ends.stream()
                .mapToLong(connection -> connection.link().longestWaitNanos())
                .max()
                .orElse(0);
    }

    /** What a successor would find in a queue's journal now. */
    JournalState journalState(int queue) {
        return link().journalState(queue);
    }

    @Override
    public DeviceDescription device(int life, Map<String, String> options) {
        return new DeviceDescription(
                Saboteur.device(life), kind, (long) SECTORS * SectorTag.BYTES, 512, false, shape.queues(), options);
    }

    @Override
    public ConnectionSpec spec(int life) {
        List<QueueSpec> specs = queues().stream()
                .map(queue -> new QueueSpec(List.of(0), 1, false))
                .toList();
        return new ConnectionSpec(life, 0, Saboteur.device(life), SLOTS, false, specs);
    }

    @Override
    public boolean isAnswered() {
        return queues().stream().allMatch(queue -> queue.outstanding() == 0);
    }

    @Override
    public boolean poll() {
        boolean sane = true;
        for (LabQueue queue : queues()) {
            sane &= queue.poll();
        }
        return sane;
    }

    @Override
    public boolean arm() {
        boolean nothing = true;
        for (LabQueue queue : queues()) {
            nothing &= queue.outstanding() == 0 || queue.arm();
        }
        return nothing;
    }

    @Override
    public boolean isRung() {
        return queues().stream().anyMatch(LabQueue::isRung);
    }

    @Override
    public boolean isDriverIdle() {
        return queues().stream().allMatch(LabQueue::isDriverIdle);
    }

    @Override
    public long progress() {
        return link().progress() * 31
                + queues().stream().mapToInt(LabQueue::outstanding).sum();
    }

    @Override
    public boolean work(Patience patience) {
        return batches.stream().allMatch(batch -> work(batch, patience));
    }

    @Override
    public boolean overwrite(Patience patience) {
        return work(Workloads.OVERWRITE, patience);
    }

    private boolean work(List<Operation> batch, Patience patience) {
        LabQueue queue = queue(0);
        batch.forEach(queue::submit);
        queue.publish();
        return patience.awaitAnswers() && patience.awaitIdle();
    }

    /** What was written can be read. */
    @Override
    public void finish(Patience patience) {
        if (readBack(patience)) {
            link().unlessIdle(0, queue(0).requestProducer()).ifPresent(what -> violation(Nature.PROTOCOL, what));
        }
    }

    /** A guest with tags reads all, and finds out what it has lost. */
    private boolean readBack(Patience patience) {
        if (tags.isEmpty()) {
            return work(List.of(Operation.read(0, SECTORS / 4), Operation.flush()), patience);
        }
        long failures = history.failures();
        boolean done = work(List.of(Operation.read(0, SECTORS), Operation.flush()), patience);
        for (int from = 0; done && history.failures() > failures && from < SECTORS; from += SINGLE_READS) {
            List<Operation> each = IntStream.range(from, from + SINGLE_READS)
                    .mapToObj(sector -> Operation.read(sector, 1))
                    .toList();
            done = work(each, patience);
        }
        return done;
    }

    /** What the disk holds counts in any case. */
    @Override
    public void inspect() {
        long bytes = imageBytes();
        if (bytes != (long) SECTORS * SectorTag.BYTES) {
            violation(Nature.PROTOCOL, "somebody wrote beyond the disk's end: image bytes=" + bytes);
        }
        history.finished(readImage(), tags.map(LabTags::lost).orElse(Set.of()));
    }

    @Override
    public boolean isInDoubt() {
        return queue(0).isInDoubt();
    }

    @Override
    public void askAgain() {
        queue(0).askAgain();
    }

    @Override
    public void violation(Nature nature, String what) {
        history.violation(nature, what);
    }

    @Override
    public void badPath(ProtocolFault fault) {
        badPath = queue(0);
        badPath.badPath(fault);
    }

    @Override
    public void endBadPath() {
        if (!pathEnded) {
            pathEnded = true;
            queues().forEach(LabQueue::endBadPath);
        }
    }

    @Override
    public int badPathHits() {
        return badPath == null ? 0 : badPath.badPathHits();
    }

    @Override
    public boolean isCaught() {
        return history.has(Nature.PROTOCOL);
    }

    @Override
    public List<Violation> judge() {
        return history.judge();
    }

    @Override
    public long failures() {
        return history.failures();
    }

    @Override
    public void close() {
        tags.ifPresent(LabTags::close);
        ends.forEach(connection -> connection.link().close());
        try {
            Files.delete(image);
            Files.deleteIfExists(VolatileDisk.medium(image));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
