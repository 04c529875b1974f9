// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.health;

/** What a process uses, at one moment. Filled again and again. */
final class Usage {
    /** Of its main thread. */
    char state;
    /** Memory of its own, in RAM (RssAnon). File pages are not in it: they are the host's cache, and all drivers share them. */
    long anonymousBytes;
    /** Memory of its own that was swapped out. */
    long swappedBytes;
    /** Memory shared with whomever (RssShmem): guests' pages, and what it made itself. */
    long sharedBytes;

    int threads;
    int files;
    /** Processor time so far, of all its threads. */
    long cpuMillis;

    /** @param handedBytes shared memory that it was given, whether it touched it or not */
    long ownBytes(long handedBytes) {
        return anonymousBytes + swappedBytes + Math.max(sharedBytes - handedBytes, 0);
    }
}
