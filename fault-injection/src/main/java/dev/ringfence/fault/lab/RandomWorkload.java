// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Batches of requests drawn by chance: most of them in one corner of the disk, so that they overlap; flushes anywhere among them.
 * Requests of a batch wait in the ring together, those of the next are made when all are answered.
 */
final class RandomWorkload {
    private static final int BATCHES_MIN = 3;
    private static final int BATCHES_MORE = 4;
    private static final int REQUESTS_MAX = 12;
    private static final int SECTORS_MAX = 20;
    private static final int CORNER_SECTORS = 24;
    private static final int DISCARD_SECTORS = 8;
    private static final int PERCENT = 100;
    private static final int CORNER_PERCENT = 80;
    private static final int INDIRECT_PERCENT = 25;

    private final SplittableRandom random;
    private final BitSet discarded = new BitSet();

    private RandomWorkload(long seed) {
        this.random = new SplittableRandom(seed);
    }

    static List<List<Operation>> of(long seed) {
        return new RandomWorkload(seed).batches();
    }

    private List<List<Operation>> batches() {
        List<List<Operation>> batches = new ArrayList<>();
        int count = BATCHES_MIN + random.nextInt(BATCHES_MORE);
        for (int batch = 0; batch < count; batch++) {
            List<Operation> operations = new ArrayList<>();
            int requests = 1 + random.nextInt(REQUESTS_MAX);
            for (int request = 0; request < requests; request++) {
                operations.add(operation());
            }
            batches.add(operations);
        }
        return batches;
    }

    private Operation operation() {
        int chance = random.nextInt(PERCENT);
        if (chance < 20) {
            return Operation.flush();
        }
        int within = random.nextInt(PERCENT) < CORNER_PERCENT ? CORNER_SECTORS : LabConnection.SECTORS;
        int count = 1 + random.nextInt(SECTORS_MAX);
        int sector = random.nextInt(within - count + 1);
        boolean indirect = random.nextInt(PERCENT) < INDIRECT_PERCENT;
        if (chance < 45) {
            return indirect ? Operation.indirectRead(sector, count) : Operation.read(sector, count);
        }
        if (chance < 55) {
            int first = sector / DISCARD_SECTORS * DISCARD_SECTORS;
            // A sector is discarded once, since a zero does not say whose it is.
            if (!discarded.get(first)) {
                discarded.set(first);
                return Operation.discard(first, DISCARD_SECTORS);
            }
        }
        return indirect ? Operation.indirectWrite(sector, count) : Operation.write(sector, count);
    }
}
