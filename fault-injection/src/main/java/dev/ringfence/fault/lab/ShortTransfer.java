// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.memory.ResourceLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.IntSupplier;

/** Makes the kernel itself move less than it is asked to, so that who asks is tried as he is. */
final class ShortTransfer {
    private ShortTransfer() {}

    /** During the call the file ends at {@code end}: reads stop there, and find nothing behind it. */
    static int read(Path image, long end, IntSupplier call) {
        try (FileChannel file = FileChannel.open(image, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer tail = ByteBuffer.allocate((int) Math.max(file.size() - end, 0));
            while (tail.hasRemaining() && file.read(tail, end + tail.position()) >= 0) {
                // as far as it goes
            }
            file.truncate(end);
            try {
                return call.getAsInt();
            } finally {
                tail.flip();
                while (tail.hasRemaining()) {
                    file.write(tail, end + tail.position());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** During the call nothing can be written behind {@code end} of any file: writes stop there, and fail with EFBIG then. */
    static int write(long end, IntSupplier call) {
        ResourceLimits.fileBytes(end);
        try {
            return call.getAsInt();
        } finally {
            ResourceLimits.fileBytes(Long.MAX_VALUE);
        }
    }
}
