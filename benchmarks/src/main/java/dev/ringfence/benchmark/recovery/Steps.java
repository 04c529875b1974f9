// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import dev.ringfence.benchmark.Progress;

/** How far a run is, in steps of about equal length. */
final class Steps {
    private final Progress progress;
    private final int total;
    private int done;

    Steps(Progress progress, int total) {
        this.progress = progress;
        this.total = total;
    }

    /** @param what comes now; what stands before its first colon is said also where there is no terminal */
    void next(String what) {
        progress.at(Math.min(done++, total), total, what);
    }
}
