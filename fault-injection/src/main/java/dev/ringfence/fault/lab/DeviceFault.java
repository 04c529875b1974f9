// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import java.util.Locale;

/**
 * A fault of the device under a driver; what the device does wrong when, is {@link FaultyDisk}'s.
 *
 * @param seed says at which call of which sort it begins, how many calls it lasts, and all else there is to choose
 */
public record DeviceFault(Kind kind, long seed) implements Fault {
    public static final String FAMILY = "device";

    /** What a device may do wrong; those of dm-flakey as dm-flakey does them. */
    public enum Kind {
        ERROR("reads, or writes, or both fail with EIO, for some calls (dm-flakey's error_reads, error_writes)"),
        SHORT("the kernel moves a part of one read or write, and refuses the rest"),
        SLOW("calls take 5 to 50 ms, for some calls"),
        STUCK("a call never returns"),
        MISDIRECTED("one read or write goes to sectors beside its own, and succeeds"),
        TORN("one write ends within a sector, and succeeds"),
        CORRUPTED_READ("a byte of what is read is another, for some calls (dm-flakey's corrupt_bio_byte r)"),
        CORRUPTED_WRITE("a byte of what is written is another, for some calls (dm-flakey's corrupt_bio_byte w)"),
        DROPPED_WRITE("writes, discards and flushes do nothing and succeed, for some calls (dm-flakey's drop_writes)"),
        DROPPED_FLUSH("flushes do nothing and succeed, for some calls"),
        FULL("writes fail with ENOSPC, from one on"),
        BAD_SECTORS("some sectors fail with EIO, under the heir too");

        private final String description;

        Kind(String description) {
            this.description = description;
        }

        /** As files have it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** In one line. */
        public String description() {
            return description;
        }

        /** The heir has it too: it is not the driver's life that ends it. */
        boolean isPermanent() {
            return this == BAD_SECTORS;
        }
    }

    @Override
    public String encode() {
        return FAMILY + " " + kind + " " + seed;
    }

    static DeviceFault of(String text) {
        String[] words = text.split(" ", -1);
        return new DeviceFault(Kind.valueOf(words[0]), Long.parseLong(words[1]));
    }
}
