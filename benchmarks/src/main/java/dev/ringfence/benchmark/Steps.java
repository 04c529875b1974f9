// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

/** How far a run is, in steps of about equal length. */
public final class Steps {
    private final Progress progress;
    private final int total;
    private int done;

    public Steps(Progress progress, int total) {
        this.progress = progress;
        this.total = total;
    }

    /** @param what comes now; what stands before its first colon is said also where there is no terminal */
    public void next(String what) {
        progress.at(Math.min(done++, total), total, what);
    }
}
