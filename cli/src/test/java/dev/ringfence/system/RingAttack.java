// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static dev.ringfence.protocol.BlkifLayout.FLUSH_DISKCACHE;
import static dev.ringfence.protocol.BlkifLayout.INDIRECT;
import static dev.ringfence.protocol.BlkifLayout.READ;
import static dev.ringfence.protocol.BlkifLayout.SEGMENT_BYTES;
import static dev.ringfence.protocol.BlkifLayout.WRITE;
import static dev.ringfence.system.RawDisk.DATA_REF;
import static dev.ringfence.system.RawDisk.FREE_REF;
import static dev.ringfence.system.RawDisk.INDIRECT_REF;
import static dev.ringfence.system.RawRingDevice.PERMIT;
import static dev.ringfence.system.RawRingDevice.PERMIT_READONLY;

import dev.ringfence.memory.Window;
import dev.ringfence.protocol.BlkifLayout;
import dev.ringfence.protocol.BlockRequest;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What a front-end can do wrong through its ring, and what is to come of it. Names ending in {@code _4K} want a disk of
 * large sectors, {@code _RO} one that may only be read.
 */
@SuppressWarnings("ImmutableEnumChecker") // functions, and none has a state
enum RingAttack {
    PRODUCER_TOO_FAR("closed: request producer ran past the ring", disk -> {
        disk.publish(disk.produced() + disk.slots() + 1);
        return disk.awaitEnd();
    }),
    PRODUCER_BACKWARDS("closed: request producer ran past the ring", disk -> {
        disk.put(read(DATA_REF, 0, 7));
        disk.perform();
        disk.publish(disk.produced() - 1);
        return disk.awaitEnd();
    }),
    PRODUCER_AT_THE_WRAP("closed: request producer ran past the ring", disk -> {
        disk.publish(0xffff_fff0);
        return disk.awaitEnd();
    }),
    BELL_STORM("status 0", disk -> {
        for (int i = 0; i < 100_000; i++) {
            disk.publish(disk.produced());
        }
        return put(() -> read(DATA_REF, 0, 7)).apply(disk);
    }),
    UNKNOWN_OPERATION("status -2", one(request -> request.asDirect(200, 0, 1, 0))),
    RESERVED_OPERATION("status -2", one(request -> request.asDirect(4, 0, 1, 0))),
    BARRIER("status -2", one(request -> request.asDirect(BlkifLayout.WRITE_BARRIER, 0, 1, 0))),
    NO_SEGMENTS("closed: NO_SEGMENTS", one(request -> request.asDirect(READ, 0, 1, 0))),
    TWELVE_SEGMENTS("closed: TOO_MANY_SEGMENTS", patched(disk -> disk.ring().putByte(disk.nextSlot() + 1, (byte) 12))),
    SEGMENT_BACKWARDS("closed: SEGMENT_BACKWARDS", put(() -> read(DATA_REF, 5, 4))),
    SEGMENT_BEYOND_ITS_PAGE("closed: SEGMENT_OUTSIDE_PAGE", put(() -> read(DATA_REF, 0, 8))),
    SEGMENT_FAR_BEYOND_ITS_PAGE("closed: SEGMENT_OUTSIDE_PAGE", put(() -> read(DATA_REF, 0, 255))),
    SEGMENT_MISALIGNED_4K("closed: MISALIGNED", put(() -> read(DATA_REF, 1, 7))),
    SECTOR_MISALIGNED_4K("closed: MISALIGNED", put(() -> at(1, DATA_REF))),
    GRANT_ZERO("closed: grant 0: bad_gntref", put(() -> read(0, 0, 7))),
    GRANT_BEYOND_THE_TABLE("closed: grant 4294967295: bad_gntref", put(() -> read(-1, 0, 7))),
    GRANT_NEVER_GIVEN("closed: grant 100: bad_gntref", put(() -> read(FREE_REF, 0, 7))),
    GRANT_OF_ANOTHER_DOMAIN("closed: grant 100: permission_denied", disk -> {
        disk.grant(FREE_REF, PERMIT, disk.driver() + 1, 1);
        return put(() -> read(FREE_REF, 0, 7)).apply(disk);
    }),
    GRANT_READ_ONLY_FOR_A_READ("closed: grant 100: permission_denied", disk -> {
        disk.grant(FREE_REF, PERMIT_READONLY, disk.driver(), 1);
        return put(() -> read(FREE_REF, 0, 7)).apply(disk);
    }),
    GRANT_REVOKED("closed: grant 100: bad_gntref", disk -> {
        disk.grant(FREE_REF, PERMIT, disk.driver(), 1);
        String before = put(() -> read(FREE_REF, 0, 7)).apply(disk);
        disk.grant(FREE_REF, 0, 0, 0);
        return before.equals("status 0") ? put(() -> read(FREE_REF, 0, 7)).apply(disk) : before;
    }),
    GRANT_OF_A_FRAME_OUTSIDE_THE_REGION("closed: grant 100: bad_page", disk -> {
        disk.grant(FREE_REF, PERMIT, disk.driver(), 1 << 20);
        return put(() -> read(FREE_REF, 0, 7)).apply(disk);
    }),
    GRANT_OF_THE_GRANT_TABLE("closed: grant 100: bad_page", disk -> {
        disk.grant(FREE_REF, PERMIT, disk.driver(), -1);
        return put(() -> read(FREE_REF, 0, 7)).apply(disk);
    }),
    THIRD_GRANT_OF_THREE("closed: grant 0: bad_gntref", put(() -> {
        BlockRequest request = read(DATA_REF, 0, 7);
        request.addSegment(DATA_REF + 1, 0, 7);
        request.addSegment(0, 0, 7);
        return request;
    })),
    GRANT_TWICE_IN_ONE_REQUEST("status 0", put(() -> {
        BlockRequest request = read(DATA_REF, 0, 7);
        request.addSegment(DATA_REF, 0, 7);
        return request;
    })),
    SAME_ID_TWICE("status 0 0", disk -> {
        disk.put(read(DATA_REF, 0, 7));
        return put(() -> read(DATA_REF + 1, 0, 7)).apply(disk);
    }),
    INDIRECT_IN_INDIRECT("closed: NESTED_INDIRECT", indirect(INDIRECT, 1)),
    INDIRECT_FLUSH("closed: INDIRECT_WITHOUT_TRANSFER", indirect(FLUSH_DISKCACHE, 1)),
    INDIRECT_OF_TOO_MANY("closed: TOO_MANY_SEGMENTS", patchedIndirect(BlkifLayout.MAX_INDIRECT_SEGMENTS + 1)),
    INDIRECT_OF_65535("closed: TOO_MANY_SEGMENTS", patchedIndirect(65535)),
    INDIRECT_OF_NONE("closed: NO_SEGMENTS", patchedIndirect(0)),
    INDIRECT_AS_IT_SHOULD_BE("status 0", indirect(READ, 32)),
    INDIRECT_PAGE_NOT_GRANTED("closed: indirect page 0: bad_gntref", put(() -> {
        BlockRequest request = new BlockRequest();
        request.asIndirect(READ, 0, 1, 0);
        request.addSegment(DATA_REF, 0, 7);
        return request;
    })),
    WRITE_RO("status -1", one(request -> {
        request.asDirect(WRITE, 0, 1, 0);
        request.addSegment(DATA_REF, 0, 7);
    })),
    DISCARD_RO("status -2", one(request -> request.asDiscard(0, 1, 0, 8))),
    PAST_THE_END("status -1", put(() -> at(1L << 40, DATA_REF))),
    ACROSS_THE_END("status -1", put(() -> at((64 << 20) / 512 - 1, DATA_REF))),
    BEYOND_64_BITS("closed: SECTOR_OVERFLOW", put(() -> at(-1, DATA_REF))),
    DISCARD_OF_NOTHING("status -1", one(request -> request.asDiscard(0, 1, 0, 0))),
    DISCARD_PAST_THE_END("status -1", one(request -> request.asDiscard(0, 1, 8, 1L << 40))),
    DISCARD_BEYOND_64_BITS("closed: SECTOR_OVERFLOW", one(request -> request.asDiscard(0, 1, 8, -1)));

    private final String expected;
    private final Function<RawDisk, String> attack;

    RingAttack(String expected, Function<RawDisk, String> attack) {
        this.expected = expected;
        this.attack = attack;
    }

    /** {@code status N}, and the connection lives, or {@code closed: WHY}. */
    String expected() {
        return expected;
    }

    boolean ends() {
        return expected.startsWith("closed");
    }

    String carryOut(RawDisk disk) {
        return attack.apply(disk);
    }

    /** A request for the first page of the disk. */
    static BlockRequest read(int gref, int first, int last) {
        BlockRequest request = new BlockRequest();
        request.asDirect(READ, 0, 1, 0);
        request.addSegment(gref, first, last);
        return request;
    }

    private static BlockRequest at(long sector, int gref) {
        BlockRequest request = new BlockRequest();
        request.asDirect(READ, 0, 1, sector);
        request.addSegment(gref, 0, 7);
        return request;
    }

    private static Function<RawDisk, String> one(Consumer<BlockRequest> maker) {
        return put(() -> {
            BlockRequest request = new BlockRequest();
            maker.accept(request);
            return request;
        });
    }

    private static Function<RawDisk, String> put(java.util.function.Supplier<BlockRequest> request) {
        return disk -> {
            disk.put(request.get());
            return disk.perform();
        };
    }

    /** A good read, with something changed in its slot that {@link BlockRequest} would not write. */
    private static Function<RawDisk, String> patched(Consumer<RawDisk> change) {
        return disk -> {
            read(DATA_REF, 0, 7).encode(disk.ring(), disk.nextSlot());
            change.accept(disk);
            disk.advance();
            return disk.perform();
        };
    }

    private static Function<RawDisk, String> indirect(int operation, int segments) {
        return disk -> {
            disk.put(indirectRequest(disk, operation, segments));
            return disk.perform();
        };
    }

    private static Function<RawDisk, String> patchedIndirect(int segments) {
        return disk -> {
            indirectRequest(disk, READ, 1).encode(disk.ring(), disk.nextSlot());
            disk.ring().putShort(disk.nextSlot() + 2, (short) segments);
            disk.advance();
            return disk.perform();
        };
    }

    private static BlockRequest indirectRequest(RawDisk disk, int operation, int segments) {
        BlockRequest request = new BlockRequest();
        request.asIndirect(operation, 0, 1, 0);
        Window page = disk.indirectPage();
        for (int i = 0; i < segments; i++) {
            request.addSegment(DATA_REF + i, 0, 7);
            page.putLong((long) i * SEGMENT_BYTES, DATA_REF + i | 7L << 40);
        }
        request.indirectGref(0, INDIRECT_REF);
        return request;
    }
}
