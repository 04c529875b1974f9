// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.fault.DiskHistory;
import dev.ringfence.fault.SectorTag;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/** The files that the lab's disks are: what is in them, sector by sector. */
final class LabImage {
    private static final int SECTORS = LabConnection.SECTORS;
    private static final int LOOKS = 20;
    private static final long LOOK_NANOS = 20_000;

    private LabImage() {}

    /** Makes one that nobody has written to. */
    static void write(Path image) {
        ByteBuffer sectors = ByteBuffer.allocate(SECTORS * SectorTag.BYTES);
        for (int sector = 0; sector < SECTORS; sector++) {
            SectorTag.write(sectors, sector * SectorTag.BYTES, sector, DiskHistory.INITIAL);
        }
        try {
            Files.write(image, sectors.array());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A sector that is being written just now is looked at again: what a disk holds of it is whole at every moment. */
    static long[] readSettled(Path image) {
        long[] values = read(image);
        for (int look = 0;
                look < LOOKS && Arrays.stream(values).anyMatch(value -> value == SectorTag.GARBLED);
                look++) {
            LockSupport.parkNanos(LOOK_NANOS);
            values = read(image);
        }
        return values;
    }

    /** What each sector holds now. */
    static long[] read(Path image) {
        try (InputStream file = Files.newInputStream(image)) {
            ByteBuffer sectors = ByteBuffer.wrap(file.readNBytes(SECTORS * SectorTag.BYTES));
            long[] values = new long[SECTORS];
            for (int sector = 0; sector < SECTORS; sector++) {
                values[sector] = SectorTag.read(sectors, sector * SectorTag.BYTES, sector);
            }
            return values;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
