// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.fault.lab.LabConnection.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What the guest of a trial does, and on what disk.
 *
 * @param seed of what it does, where that is left to chance
 * @param powerCuts its disk has a volatile cache, and the power may fail whenever a flush has been answered
 * @param tagged its front-end knows what each sector must hold, and has a driver replaced that returns anything else
 * @param disk a user's, in place of the lab's
 */
public record Guest(Workload workload, long seed, boolean powerCuts, boolean tagged, Optional<UserDisk> disk) {
    public static final Guest MIXED = new Guest(Workload.MIXED, 0, false, false, Optional.empty());

    /** The same with tags. */
    public Guest withTags() {
        return new Guest(workload, seed, powerCuts, true, disk);
    }

    /** What it does. */
    public enum Workload {
        /** The same few requests every time, one of each sort at least. */
        MIXED,
        /** Other ones every time. */
        RANDOM;

        /** As campaign files have it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    List<List<Operation>> batches() {
        return workload == Workload.RANDOM ? RandomWorkload.of(seed) : Workloads.MIXED;
    }

    /** @param options of the disk, for each life that opens it */
    Shape shape(Map<String, String> options) {
        Shape plain = Shape.plain(1, Workloads.BEFORE_WRAP);
        if (disk.isPresent()) {
            Map<String, String> all = new HashMap<>(disk.get().options());
            all.putAll(options);
            return new Shape(1, plain.firstIndex(), disk.get().className(), all, false);
        }
        return powerCuts
                ? Shape.withVolatileDisk(plain.firstIndex(), options)
                : new Shape(1, plain.firstIndex(), plain.kind(), options, false);
    }
}
