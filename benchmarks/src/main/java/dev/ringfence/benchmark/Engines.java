// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

/** What is compared, by the names that tables and JSON use. */
final class Engines {
    /** A guest's queue to a driver in another process. */
    static final String RING = "ring";
    /** The same with a disk whose front-end keeps tags. */
    static final String RING_TAGS = "ring with tags";
    /** The driver's engine called in one process: the floor. */
    static final String DIRECT = "direct";
    /** Empty requests through a ring between two processes. */
    static final String ROUND_TRIP = "round trip";
    /** The same, where the other process reads directly before it answers. */
    static final String ROUND_TRIP_AND_READ = "round trip and read";
    /** A guest's NBD server over the ring, driven by fio; the next two are its peers. */
    static final String GATEWAY = "gateway";

    static final String NBDKIT = "nbdkit";
    static final String QEMU_NBD = "qemu-nbd";

    private Engines() {}
}
