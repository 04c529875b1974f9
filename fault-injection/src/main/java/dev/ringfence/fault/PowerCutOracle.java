// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault;

import dev.ringfence.fault.DiskHistory.Kind;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Whether a disk keeps what its flushes promise, if the power fails now: buffered durable linearizability, sector by sector.
 *
 * <p>Of each sector the medium must hold a value that the sector had at some moment after the flush was asked for, in some order of
 * the requests that explains all answers so far. So it holds what was written before the flush and answered, or something that
 * was submitted later; and nothing that anybody can know to have been overwritten when the flush was asked for. Sectors are
 * independent of each other: who tries both what the medium holds and what waits in the disk's cache has tried each mixture of
 * the two.
 *
 * <p>Remembers the values that may still come up and requests that are not answered yet, and no history. As in {@link DiskHistory},
 * no two writes of a sector have the same value. One thread at a time.
 */
public final class PowerCutOracle {
    private record Request(Kind kind, long sector, int count, long begin) {}

    private final Map<Long, Request> outstanding = new HashMap<>();
    private final Map<Long, DurableSector> sectors = new HashMap<>();
    private long now;

    /** As {@link DiskHistory#submitted}. */
    public void submitted(long id, Kind kind, long sector, int count) {
        Request request = new Request(kind, sector, count, ++now);
        outstanding.put(id, request);
        for (int i = 0; i < count; i++) {
            if (kind != Kind.READ) {
                sector(sector + i).begin(kind == Kind.DISCARD ? SectorTag.ZEROES : id, now);
            }
        }
    }

    /** As {@link DiskHistory#answered}; a flush first has its {@link #powerCut}s. What failed may still happen. */
    public void answered(long id, int status, long... values) {
        now++;
        Request request = outstanding.remove(id);
        if (request == null || status != 0) {
            return;
        }
        long horizon = horizon();
        for (int i = 0; i < request.count; i++) {
            DurableSector sector = sector(request.sector + i);
            switch (request.kind) {
                case READ -> sector.seen(values[i], request.begin, now);
                case WRITE -> sector.seen(id, request.begin, now);
                case DISCARD -> sector.seen(SectorTag.ZEROES, request.begin, now);
                default -> throw new IllegalStateException("a flush covers no sectors: id=" + id);
            }
            sector.forget(horizon);
        }
    }

    /**
     * The power fails just when a flush has been answered with success.
     *
     * @param flush its id, not yet told to {@link #answered}
     * @param sector that holds {@code value} then
     * @return what is wrong about it
     */
    public Optional<String> powerCut(long flush, long sector, long value) {
        Request request = outstanding.get(flush);
        if (request == null) {
            return Optional.empty(); // an answer to nothing, which is another oracle's
        }
        return sector(sector)
                .violation(value, request.begin)
                .map(what -> "sector " + sector + " after a power cut at the answer of flush " + flush + ": " + what);
    }

    private DurableSector sector(long number) {
        return sectors.computeIfAbsent(number, ignored -> new DurableSector(DiskHistory.INITIAL));
    }

    /** No flush that may still be answered was asked for before. */
    private long horizon() {
        return outstanding.values().stream()
                .filter(request -> request.kind == Kind.FLUSH)
                .mapToLong(Request::begin)
                .min()
                .orElse(now);
    }

    /** How many values are remembered, of all sectors. */
    int remembered() {
        return sectors.values().stream().mapToInt(DurableSector::remembered).sum();
    }
}
