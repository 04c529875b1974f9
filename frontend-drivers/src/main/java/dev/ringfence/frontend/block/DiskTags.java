// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

import dev.ringfence.domain.Hypercalls;
import java.util.ArrayList;
import java.util.List;

/** The tags of a guest's disk, and what is done about wrong data: the hypervisor is told once for all reads that wait. Guarded by itself. */
final class DiskTags implements AutoCloseable {
    private final Hypercalls hypercalls;
    private final int handle;
    private final Runnable wake;
    private final SectorTags tags;
    private final List<Runnable> waiting = new ArrayList<>();

    /**
     * @param handle of the disk
     * @param wake wakes whoever sleeps over the disk's queues
     */
    DiskTags(Hypercalls hypercalls, int handle, DiskInfo info, Runnable wake) {
        this.hypercalls = hypercalls;
        this.handle = handle;
        this.wake = wake;
        this.tags = new SectorTags(info.bytes() / info.sectorBytes(), info.sectorBytes(), false);
    }

    TagCheck check(String disk, int queue, DiskInfo info, int mostBytes) {
        return new TagCheck(disk, tags, info, mostBytes, (sector, heard) -> file(queue, sector, heard));
    }

    private synchronized void file(int queue, long sector, Runnable heard) {
        waiting.add(heard);
        if (waiting.size() == 1) {
            hypercalls.wrongData(handle, queue, sector).whenComplete((replaced, failure) -> heard());
        }
    }

    /** The driver was replaced, or there is a reason not to: the next answer counts, whoever gives it. */
    private void heard() {
        List<Runnable> all;
        synchronized (this) {
            all = List.copyOf(waiting);
            waiting.clear();
        }
        all.forEach(Runnable::run);
        wake.run();
    }

    @Override
    public void close() {
        tags.close();
    }
}
