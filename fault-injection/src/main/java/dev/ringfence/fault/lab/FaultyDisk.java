// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.backend.block.BlockDevice;
import dev.ringfence.backend.block.BlockDevices;
import dev.ringfence.domain.DeviceDescription;
import dev.ringfence.fault.SectorTag;
import dev.ringfence.fault.lab.Spell.Call;
import dev.ringfence.fault.mutation.Activation;
import dev.ringfence.memory.Errno;
import dev.ringfence.memory.IoVector;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A user's device that does what the device under it does, but for its {@link DeviceFault}. */
public final class FaultyDisk implements BlockDevice {
    private static final String UNDER = "under";
    private static final String KIND = "device-fault";
    private static final String SEED = "device-fault-seed";

    private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final int SLOWEST = 10;
    private static final int ASIDE_SECTORS = 8;
    private static final int BAD_SECTORS = 8;

    private final BlockDevice disk;
    private final DeviceFault.Kind kind;
    private final Spell spell;
    private final Path image;
    private final ThreadLocal<Bounce> bounces;
    private final SplittableRandom random;
    private final int badFirst;
    private final int badEnd;

    public FaultyDisk(DeviceDescription description) {
        Map<String, String> options = description.options();
        image = Path.of(options.get(LabDisk.IMAGE));
        disk = under(description);
        kind = DeviceFault.Kind.valueOf(options.get(KIND));
        random = new SplittableRandom(Long.parseLong(options.get(SEED)));
        spell = Spell.of(kind, random);
        int sectors = (int) (disk.bytes() / SectorTag.BYTES);
        bounces = ThreadLocal.withInitial(() -> new Bounce((int) disk.bytes()));
        // The first half of the disk is where guests are most of the time.
        badFirst = random.nextInt(sectors / 2);
        badEnd = badFirst + 1 + random.nextInt(BAD_SECTORS);
    }

    /** The same device with a fault. */
    static DeviceDescription describe(DeviceDescription sound, DeviceFault fault) {
        Map<String, String> options = new HashMap<>(sound.options());
        options.put(UNDER, sound.kind());
        options.put(KIND, fault.kind().name());
        options.put(SEED, Long.toString(fault.seed()));
        return ImageDevice.withKind(sound, FaultyDisk.class.getName(), options);
    }

    private static BlockDevice under(DeviceDescription description) {
        String kind = description.options().get(UNDER);
        return kind.equals(DeviceDescription.IMAGE)
                ? ImageDevice.open(description)
                : BlockDevices.open(ImageDevice.withKind(description, kind, description.options()), Optional.empty());
    }

    @Override
    public int read(long offset, IoVector memory) {
        if (!strikes(Call.READ, offset, memory.length())) {
            return disk.read(offset, memory);
        }
        return switch (kind) {
            case SHORT -> ShortTransfer.read(image, offset + sectors(memory.length()), () -> disk.read(offset, memory));
            case MISDIRECTED -> disk.read(aside(offset, memory.length()), memory);
            case CORRUPTED_READ -> corruptedRead(offset, memory);
            default -> otherwise(() -> disk.read(offset, memory));
        };
    }

    @Override
    public int write(long offset, IoVector memory) {
        if (!strikes(Call.WRITE, offset, memory.length())) {
            return disk.write(offset, memory);
        }
        return switch (kind) {
            case SHORT -> ShortTransfer.write(offset + sectors(memory.length()), () -> disk.write(offset, memory));
            case MISDIRECTED -> disk.write(aside(offset, memory.length()), memory);
            case TORN -> disk.write(offset, bounce().filled(memory).vector(part(memory.length())));
            case CORRUPTED_WRITE -> {
                long length = memory.length();
                yield disk.write(
                        offset, bounce().filled(memory).spoiled(random, length).vector(length));
            }
            default -> otherwise(() -> disk.write(offset, memory));
        };
    }

    private int corruptedRead(long offset, IoVector memory) {
        long length = memory.length();
        int result = disk.read(offset, bounce().vector(length));
        bounce().spoiled(random, length).copyTo(memory);
        return result;
    }

    private Bounce bounce() {
        return bounces.get();
    }

    @Override
    public int flush() {
        return strikes(Call.FLUSH, 0, 0) ? otherwise(disk::flush) : disk.flush();
    }

    @Override
    public int discard(long offset, long length) {
        return strikes(Call.DISCARD, offset, length)
                ? otherwise(() -> disk.discard(offset, length))
                : disk.discard(offset, length);
    }

    private interface DiskCall {
        int make();
    }

    /** What a fault does to a call whatever its sort. */
    private int otherwise(DiskCall call) {
        return switch (kind) {
            case ERROR, BAD_SECTORS -> -Errno.EIO;
            case FULL -> -Errno.ENOSPC;
            case DROPPED_WRITE, DROPPED_FLUSH -> 0;
            case SLOW -> {
                LockSupport.parkNanos(SLOW_NANOS * (1 + random.nextInt(SLOWEST)));
                yield call.make();
            }
            case STUCK -> stuck();
            default -> throw new IllegalStateException("not for every call: kind=" + kind);
        };
    }

    private static int stuck() {
        while (true) {
            LockSupport.park();
        }
    }

    private boolean strikes(Call call, long offset, long length) {
        boolean struck = kind == DeviceFault.Kind.BAD_SECTORS
                ? length > 0 && call != Call.DISCARD && isBad(offset, length)
                : spell.strikes(call);
        if (struck) {
            Activation.hit();
        }
        return struck;
    }

    private boolean isBad(long offset, long length) {
        return offset / SectorTag.BYTES < badEnd && (offset + length) / SectorTag.BYTES > badFirst;
    }

    /** Some whole sectors of so many bytes, or none; not all. */
    private long sectors(long length) {
        return random.nextLong(length / SectorTag.BYTES) * SectorTag.BYTES;
    }

    /** Some of so many bytes, and not a whole number of sectors. */
    private long part(long length) {
        return sectors(length) + 1 + random.nextInt(SectorTag.BYTES - 1);
    }

    /** Another place on the disk, not far away. */
    private long aside(long offset, long length) {
        long way = (1L + random.nextInt(ASIDE_SECTORS)) * SectorTag.BYTES;
        return offset + way + length <= disk.bytes() ? offset + way : Math.max(offset - way, 0);
    }

    @Override
    public long bytes() {
        return disk.bytes();
    }

    @Override
    public int sectorBytes() {
        return disk.sectorBytes();
    }

    @Override
    public boolean readOnly() {
        return disk.readOnly();
    }

    @Override
    public int discardGranularityBytes() {
        return disk.discardGranularityBytes();
    }

    @Override
    public void close() {
        disk.close();
    }
}
