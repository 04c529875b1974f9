// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.flip;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How data that a driver has come to be the guest's. */
public enum Way {
    /** The floor: it was the guest's from the beginning, since the device wrote into the granted page. Pin and unpin. */
    DIRECT {
        @Override
        void transfer(FlipMemory memory, int pages, int bytes, boolean filled) {
            memory.direct(pages, bytes, filled);
        }
    },
    /** Into a page that the guest has granted. */
    COPY {
        @Override
        void transfer(FlipMemory memory, int pages, int bytes, boolean filled) {
            memory.copy(pages, bytes, filled);
        }
    },
    /** The page for an empty one, by the ownership table. */
    FLIP {
        @Override
        void transfer(FlipMemory memory, int pages, int bytes, boolean filled) {
            memory.flip(pages, bytes, filled);
        }
    },
    /** The same, the driver's mapping changed for each run of pages: two calls of mprotect. */
    GUARDED {
        @Override
        void transfer(FlipMemory memory, int pages, int bytes, boolean filled) {
            memory.guarded(pages, bytes, filled);
        }
    },
    /** The guest's pages are mapped for this once: mmap, munmap. */
    MAP {
        @Override
        void transfer(FlipMemory memory, int pages, int bytes, boolean filled) {
            memory.map(pages, bytes, filled);
        }
    };

    /**
     * Once. All that both sides do for it.
     *
     * @param filled the device writes the data first, where it has to
     */
    abstract void transfer(FlipMemory memory, int pages, int bytes, boolean filled);

    @JsonValue
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
