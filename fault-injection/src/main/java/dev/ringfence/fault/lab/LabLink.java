// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.grant.RegionLayout;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.RobustMutex;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.ring.ControlRegion;
import dev.ringfence.ring.Journal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a guest and the drivers of one connection share: the guest's memory, the drivers' control region, rings and doorbells. */
final class LabLink implements AutoCloseable {
    private final SharedMemory region;
    private final SharedMemory control;
    private final ControlRegion layout;
    private final List<RingEnd> rings = new ArrayList<>();
    private int nextFrame;

    /**
     * @param frames of the guest
     * @param firstIndex where all rings begin
     */
    LabLink(int frames, int queues, int slots, int firstIndex) {
        region = SharedMemory.create(
                "lab-region", RegionLayout.forGuestFrames(frames).bytes());
        control = SharedMemory.create("lab-control", ControlRegion.bytes(queues, slots));
        layout = new ControlRegion(control.window(), queues, slots);
        layout.initialise(firstIndex);
        nextFrame = RegionLayout.of(region.window()).firstGuestFrame();
    }

    /** The rings, one a queue, in the order of the queues. */
    void add(RingEnd ring) {
        rings.add(ring);
    }

    /** Frames in a row that nobody has had before. */
    int nextFrames(int count) {
        int first = nextFrame;
        nextFrame += count;
        return first;
    }

    SharedMemory region() {
        return region;
    }

    ControlRegion control() {
        return layout;
    }

    int queues() {
        return layout.queues();
    }

    RobustMutex lease(int queue) {
        return Journal.lease(layout.queue(queue));
    }

    Journal journal(int queue) {
        return new Journal(layout.queue(queue), layout.slots());
    }

    JournalState journalState(int queue) {
        return JournalState.of(layout.queue(queue), layout.slots());
    }

    /** What is wrong with a queue's journal when all of so many requests are answered. */
    Optional<String> unlessIdle(int queue, int made) {
        return JournalState.unlessIdle(layout.queue(queue), layout.slots(), made)
                .map(what -> "queue " + queue + " after " + made + " requests and answers: " + what);
    }

    /** A number that changes with each step of a driver. */
    long progress() {
        long progress = 0;
        for (int queue = 0; queue < queues(); queue++) {
            Journal journal = journal(queue);
            progress = progress * 31 + journal.requestConsumer();
            progress = progress * 31 + journal.responseCommitted();
        }
        return progress;
    }

    /** Makes the driver look around at every ring. */
    void ring() {
        rings.forEach(RingEnd::ring);
    }

    long longestWaitNanos() {
        return rings.stream().mapToLong(RingEnd::longestWaitNanos).max().orElse(0);
    }

    List<Integer> ringFrames() {
        return rings.stream().map(RingEnd::ringFrame).toList();
    }

    List<Descriptor> descriptors() {
        List<Descriptor> descriptors = new ArrayList<>(List.of(region.descriptor(), control.descriptor()));
        rings.forEach(ring -> descriptors.addAll(ring.driverEnds()));
        return descriptors;
    }

    @Override
    public void close() {
        rings.forEach(RingEnd::close);
        region.close();
        control.close();
    }
}
