// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.fault.DiskHistory;
import dev.ringfence.fault.DiskHistory.Kind;
import dev.ringfence.fault.SectorTag;
import dev.ringfence.frontend.block.SectorSums;
import dev.ringfence.frontend.block.SectorTags;
import dev.ringfence.frontend.block.TaggedRequest;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * A front-end's tags of the lab's disk, which it has had since the disk was made. Sectors of which the guest was told that they are
 * lost are remembered: about them nobody is silent. One thread.
 */
final class LabTags implements AutoCloseable {
    private final SectorTags tags;
    private final SectorSums sums;
    private final Map<Long, TaggedRequest> inFlight = new HashMap<>();
    private final Set<Long> doubted = new HashSet<>();
    private final Set<Integer> lost = new HashSet<>();

    LabTags(int sectors) {
        tags = new SectorTags(sectors, SectorTag.BYTES, true);
        sums = new SectorSums(SectorTag.BYTES, sectors);
        ByteBuffer disk = ByteBuffer.allocate(sectors * SectorTag.BYTES);
        for (int sector = 0; sector < sectors; sector++) {
            SectorTag.write(disk, sector * SectorTag.BYTES, sector, DiskHistory.INITIAL);
        }
        tags.hold(0, sectors, sums.of(disk, 0, sectors));
    }

    /** Before anybody can see the request. */
    void submitted(long id, Operation operation) {
        TaggedRequest request = new TaggedRequest();
        inFlight.put(id, request);
        switch (operation.kind()) {
            case READ -> tags.reading(request, operation.sector(), operation.count());
            case WRITE -> tags.writing(request, operation.sector(), operation.count(), written(id, operation));
            case DISCARD -> tags.discarding(request, operation.sector(), operation.count());
            default -> {
                // A flush changes nothing.
            }
        }
    }

    private int[] written(long id, Operation write) {
        ByteBuffer data = ByteBuffer.allocate(write.count() * SectorTag.BYTES);
        for (int i = 0; i < write.count(); i++) {
            SectorTag.write(data, i * SectorTag.BYTES, write.sector() + i, id);
        }
        return sums.of(data, 0, write.count());
    }

    /** Whether a read has brought what its sectors must hold. */
    boolean isRight(long id, Operation read, ByteBuffer data) {
        return tags.check(inFlight.get(id), sums.of(data, 0, read.count())) < 0;
    }

    /** True the first time that a read was wrong: it is to be asked again. */
    boolean doubt(long id) {
        return doubted.add(id);
    }

    /** The guest has its answer. */
    void ended(long id, Operation operation, int status) {
        TaggedRequest request = inFlight.remove(id);
        if (operation.kind() == Kind.WRITE || operation.kind() == Kind.DISCARD) {
            tags.ended(request, status == 0);
        } else if (operation.kind() == Kind.READ && status != 0 && operation.count() == 1) {
            lost.add(operation.sector());
        }
    }

    /** Sectors that the guest could not read back. */
    Set<Integer> lost() {
        return Set.copyOf(lost);
    }

    @Override
    public void close() {
        tags.close();
    }
}
