// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A disk that does its requests in any order it may, each sector on its own: nothing that it returns is called wrong. What is
 * changed behind its back is, from the moment that nothing is under way.
 */
class SectorTagsModelTest {
    private static final int SECTORS = 12;
    private static final int STEPS = 20_000;
    private static final int QUEUE = 6;

    private final int[] disk = new int[SECTORS];
    private final List<Request> inFlight = new ArrayList<>();
    private final SectorTags tags = new SectorTags(SECTORS, 512, false);
    private Random random = new Random();
    private int lastSum;

    private enum Kind {
        READ,
        WRITE,
        DISCARD
    }

    private final class Request {
        final TaggedRequest tagged = new TaggedRequest();
        final Kind kind = Kind.values()[random.nextInt(10) == 0 ? 2 : random.nextInt(2)];
        final int sector = random.nextInt(SECTORS);
        final int[] sums = new int[1 + random.nextInt(SECTORS - sector)];
        final boolean[] done = new boolean[sums.length];

        Request() {
            switch (kind) {
                case READ -> tags.reading(tagged, sector, sums.length);
                case WRITE -> {
                    for (int i = 0; i < sums.length; i++) {
                        sums[i] = ++lastSum;
                    }
                    tags.writing(tagged, sector, sums.length, sums);
                }
                case DISCARD -> tags.discarding(tagged, sector, sums.length);
            }
        }

        void touch(int i) {
            done[i] = true;
            switch (kind) {
                case READ -> sums[i] = disk[sector + i];
                case WRITE -> disk[sector + i] = sums[i];
                case DISCARD -> disk[sector + i] = random.nextBoolean() ? 0 : ++lastSum;
            }
        }

        /** Those that fail have done what they did. */
        void end(String what) {
            boolean fails = kind != Kind.READ && random.nextInt(20) == 0;
            for (int i = 0; i < sums.length && !fails; i++) {
                if (!done[i]) {
                    touch(i);
                }
            }
            if (kind == Kind.READ) {
                assertThat(tags.check(tagged, sums)).as(what).isEqualTo(-1);
            } else {
                tags.ended(tagged, !fails);
            }
        }
    }

    @AfterEach
    void close() {
        tags.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void noFalseAlarmAndNoneMissed(long seed) {
        random = new Random(seed);
        int caught = 0;
        for (int step = 0; step < STEPS; step++) {
            String what = "seed=" + seed + " step=" + step;
            if (inFlight.size() < QUEUE && random.nextBoolean()) {
                inFlight.add(new Request());
            } else if (!inFlight.isEmpty()) {
                Request request = inFlight.get(random.nextInt(inFlight.size()));
                if (random.nextInt(3) > 0) {
                    request.touch(random.nextInt(request.sums.length));
                } else {
                    inFlight.remove(request);
                    request.end(what);
                }
            }
            if (random.nextInt(100) == 0) {
                inFlight.forEach(request -> request.end(what));
                inFlight.clear();
                damage(what);
                caught++;
            }
        }
        assertThat(caught).isPositive();
    }

    private void damage(String what) {
        readAll();
        int victim = random.nextInt(SECTORS);
        int held = disk[victim];
        disk[victim] = ++lastSum;
        assertThat(readAll()).as(what).isEqualTo(victim);
        disk[victim] = held;
        assertThat(readAll()).as(what).isEqualTo(-1);
    }

    private long readAll() {
        TaggedRequest read = new TaggedRequest();
        tags.reading(read, 0, SECTORS);
        return tags.check(read, disk);
    }
}
