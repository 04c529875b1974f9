// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The run's files. */
public final class Directories {
    private static final Logger LOG = LoggerFactory.getLogger(Directories.class);
    private static final int CHUNK_BYTES = 1 << 20;

    private Directories() {}

    /** A file without holes, all of it in the page cache. */
    public static void createImage(Path image, long bytes) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        new Random(1).nextBytes(chunk);
        try (FileChannel file = FileChannel.open(image, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long done = 0; done < bytes; ) {
                done += file.write(ByteBuffer.wrap(chunk, 0, (int) Math.min(chunk.length, bytes - done)));
            }
            // Written back now, so that it isn't while we measure.
            file.force(true);
        }
    }

    /** With all that is in it; what can't be deleted is logged and left. */
    public static void delete(Path directory) {
        try (Stream<Path> paths = Files.walk(directory)) {
            List<Path> deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            LOG.warn("{} is left behind: {}", directory, e.toString());
        }
    }
}
