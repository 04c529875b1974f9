// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.memory;

/** What a block device does to its file besides reading and writing. Results are 0 or a negated errno. */
public final class FileOperations {
    private static final int FALLOC_PUNCH_HOLE_KEEP_SIZE = 0x2 | 0x1;
    private static final long BLKDISCARD = 0x1277;
    private static final long BLKGETSIZE64 = 0x80081272L;
    private static final int SEEK_END = 2;

    private FileOperations() {}

    /** Waits until everything written through any open file of this inode is durable (fdatasync). */
    public static int sync(Descriptor file) {
        return result(LibC.INSTANCE.fdatasync(file.fd()));
    }

    /** Gives a regular file's range back to its file system; it reads as zeroes afterwards. */
    public static int punchHole(Descriptor file, long offset, long bytes) {
        return result(LibC.INSTANCE.fallocate(file.fd(), FALLOC_PUNCH_HOLE_KEEP_SIZE, offset, bytes));
    }

    /** Discards a range of a block device (BLKDISCARD). */
    public static int discardBlocks(Descriptor file, long offset, long bytes) {
        try (Scratch range = new Scratch(16)) {
            range.window().putLong(0, offset);
            range.window().putLong(8, bytes);
            return result(LibC.INSTANCE.ioctl(file.fd(), BLKDISCARD, range.address()));
        }
    }

    private static int result(int returned) {
        int result = returned == 0 ? 0 : -Errno.last();
        CrashPoint.passed();
        return result;
    }

    /** Size of a block device, in bytes. */
    public static long blockDeviceBytes(Descriptor file) {
        try (Scratch size = new Scratch(8)) {
            LinuxException.check("ioctl(BLKGETSIZE64)", LibC.INSTANCE.ioctl(file.fd(), BLKGETSIZE64, size.address()));
            return size.window().getLong(0);
        }
    }

    /** Size of a regular file, in bytes. */
    public static long fileBytes(Descriptor file) {
        return LinuxException.check("lseek", LibC.INSTANCE.lseek(file.fd(), 0, SEEK_END));
    }
}
