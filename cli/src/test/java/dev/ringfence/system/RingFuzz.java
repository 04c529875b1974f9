// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import dev.ringfence.protocol.BlkifLayout;
import dev.ringfence.protocol.BlockRequest;
import dev.ringfence.store.DeviceState;
import java.util.Random;

/** Random requests, some almost right, in slots and indirect pages that change while they are read. */
final class RingFuzz {
    private static final int ROUNDS = 60;
    private static final int REQUESTS = 20;
    private static final int FLIPS = 2_000;

    private final RawDisk disk;
    private final Random random;
    private int ends;

    private RingFuzz(RawDisk disk, long seed) {
        this.disk = disk;
        this.random = new Random(seed);
    }

    /** {@code ended N}: how often the connection had to be made anew. */
    static String run(RawDisk disk, long seed) {
        RingFuzz fuzz = new RingFuzz(disk, seed);
        for (int round = 0; round < ROUNDS; round++) {
            fuzz.round();
        }
        disk.connect();
        return "ended " + fuzz.ends;
    }

    private void round() {
        int first = disk.produced();
        for (int i = 0; i < REQUESTS; i++) {
            put();
        }
        disk.publish(random.nextInt(8) == 0 ? random.nextInt() : disk.produced());
        for (int i = 0; i < FLIPS; i++) {
            flip(first);
        }
        if (random.nextBoolean() || disk.state() != DeviceState.CONNECTED) {
            ends++;
            disk.close();
            disk.connect();
        } else {
            disk.perform();
        }
        if (disk.state() != DeviceState.CONNECTED) {
            disk.close();
            disk.connect();
        }
    }

    private void put() {
        BlockRequest request = new BlockRequest();
        int operation = random.nextInt(3) == 0 ? random.nextInt(8) : BlkifLayout.READ;
        if (operation == BlkifLayout.INDIRECT) {
            request.asIndirect(random.nextInt(2), 0, random.nextLong(), random.nextInt(1 << 16));
            request.indirectGref(0, RawDisk.INDIRECT_REF);
        } else {
            request.asDirect(operation, 0, random.nextLong(), random.nextInt(1 << 16));
        }
        for (int i = random.nextInt(BlkifLayout.MAX_DIRECT_SEGMENTS + 1); i > 0; i--) {
            int sector = random.nextInt(8);
            request.addSegment(RawDisk.DATA_REF + random.nextInt(32), sector, sector + random.nextInt(8 - sector));
        }
        if (operation == BlkifLayout.INDIRECT) {
            request.encodeIndirectSegments(disk.indirectPage(), 0);
        }
        disk.put(request);
    }

    /** One byte of a request that may be on its way, or of the segments it refers to. */
    private void flip(int first) {
        if (random.nextBoolean()) {
            disk.indirectPage().putByte(random.nextInt(96), (byte) random.nextInt());
        } else {
            int slot = (first + random.nextInt(REQUESTS)) % disk.slots();
            disk.ring()
                    .putByte(
                            64 + (long) slot * BlkifLayout.REQUEST_BYTES + random.nextInt(BlkifLayout.REQUEST_BYTES),
                            (byte) random.nextInt());
        }
    }
}
