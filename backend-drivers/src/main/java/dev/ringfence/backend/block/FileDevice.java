// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.block;

import dev.ringfence.domain.DeviceDescription;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.Errno;
import dev.ringfence.memory.FileOperations;
import dev.ringfence.memory.IoVector;

/** An image file or a raw block device, by synchronous system calls straight to and from granted pages. */
final class FileDevice implements BlockDevice {
    private final DeviceDescription description;
    private final Descriptor file;
    private final boolean isBlockDevice;

    FileDevice(DeviceDescription description, Descriptor file) {
        this.description = description;
        this.file = file;
        this.isBlockDevice = description.kind().equals(DeviceDescription.BLOCK_DEVICE);
    }

    @Override
    public long bytes() {
        return description.bytes();
    }

    @Override
    public int sectorBytes() {
        return description.sectorBytes();
    }

    @Override
    public boolean readOnly() {
        return description.readOnly();
    }

    @Override
    public int discardGranularityBytes() {
        return 4096;
    }

    @Override
    public int read(long offset, IoVector memory) {
        long at = offset;
        while (memory.length() > 0) {
            long done = memory.read(file, at);
            if (done == 0) {
                return -Errno.EIO; // the file was cut short under us
            }
            if (done < 0 && done != -Errno.EINTR) {
                return (int) done;
            }
            memory.advance(Math.max(done, 0));
            at += Math.max(done, 0);
        }
        return 0;
    }

    @Override
    public int write(long offset, IoVector memory) {
        long at = offset;
        while (memory.length() > 0) {
            long done = memory.write(file, at);
            if (done < 0 && done != -Errno.EINTR) {
                return (int) done;
            }
            memory.advance(Math.max(done, 0));
            at += Math.max(done, 0);
        }
        return 0;
    }

    @Override
    public int flush() {
        return FileOperations.sync(file);
    }

    @Override
    public int discard(long offset, long length) {
        return isBlockDevice
                ? FileOperations.discardBlocks(file, offset, length)
                : FileOperations.punchHole(file, offset, length);
    }

    @Override
    public void close() {
        file.close();
    }
}
