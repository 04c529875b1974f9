// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.grant.GrantTable;
import dev.ringfence.grant.RegionLayout;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.RobustMutex;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.ring.ControlRegion;
import dev.ringfence.ring.Journal;
import java.util.ArrayList;
import java.util.List;

/** What a guest and the drivers of one connection share: the guest's memory, the drivers' control region, rings and doorbells. */
final class LabLink implements AutoCloseable {
    static final int SLOTS = 32;

    private static final int GUEST_FRAMES = 320;

    private final SharedMemory region;
    private final SharedMemory control;
    private final ControlRegion layout;
    private final List<LabQueue> queues = new ArrayList<>();
    private int nextFrame;

    LabLink(LabConnection connection, int queues, int firstIndex) {
        region = SharedMemory.create(
                "lab-region", RegionLayout.forGuestFrames(GUEST_FRAMES).bytes());
        control = SharedMemory.create("lab-control", ControlRegion.bytes(queues, SLOTS));
        layout = new ControlRegion(control.window(), queues, SLOTS);
        layout.initialise(firstIndex);
        nextFrame = RegionLayout.of(region.window()).firstGuestFrame();
        GrantTable grants = new GrantTable(region.window());
        for (int i = 0; i < queues; i++) {
            this.queues.add(new LabQueue(connection, this, grants, nextFrames(1), firstIndex));
        }
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

    List<LabQueue> queues() {
        return queues;
    }

    RobustMutex lease(int queue) {
        return Journal.lease(layout.queue(queue));
    }

    Journal journal(int queue) {
        return new Journal(layout.queue(queue), SLOTS);
    }

    List<Integer> ringFrames() {
        return queues.stream().map(LabQueue::ringFrame).toList();
    }

    List<Descriptor> descriptors() {
        List<Descriptor> descriptors = new ArrayList<>(List.of(region.descriptor(), control.descriptor()));
        queues.forEach(queue -> descriptors.addAll(queue.driverEnds()));
        return descriptors;
    }

    @Override
    public void close() {
        queues.forEach(LabQueue::close);
        region.close();
        control.close();
    }
}
