// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

/** Where a long run says how far it is. Called on the benchmark's thread. */
@FunctionalInterface
public interface Progress {
    /** @param total steps of the whole run, of which {@code done} lie behind; {@code what} comes now */
    void at(int done, int total, String what);
}
