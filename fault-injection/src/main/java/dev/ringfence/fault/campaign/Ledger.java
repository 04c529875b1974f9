// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The file that a campaign's results go into, as JSON lines: a {@link LedgerHeader}, then {@link TrialRecord}s in any order. It
 * grows a line at a time, so that whoever writes it may be killed at any instant and go on later. One process writes it at
 * a time; any thread may append.
 */
public final class Ledger implements Closeable {
    private final SeekableByteChannel channel;
    private final LedgerHeader header;
    /** Up to the end of the last whole line; what stands behind it is of a line that could not be finished. */
    private long wholeBytes;

    private boolean torn;

    /** @param channel empty, or opened behind a last whole line */
    Ledger(SeekableByteChannel channel, LedgerHeader header) throws IOException {
        this.channel = channel;
        this.header = header;
        this.wholeBytes = channel.position();
    }

    /**
     * What a ledger says.
     *
     * @param trials in the order of the file, each number once: of those that come twice the later one
     * @param torn the last line was cut off, since its writer was killed; it is not among the trials
     * @param repeated lines that a later one of the same trial has replaced
     */
    public record Read(LedgerHeader header, List<TrialRecord> trials, boolean torn, int repeated) {
        public Read {
            trials = List.copyOf(trials);
        }
    }

    /**
     * Begins a ledger.
     *
     * @throws java.nio.file.FileAlreadyExistsException if there is such a file
     */
    public static Ledger create(Path file, LedgerHeader header) throws IOException {
        byte[] line = LedgerLines.encode(header);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try {
            lock(channel, file);
            Ledger ledger = new Ledger(channel, header);
            ledger.write(line);
            return ledger;
        } catch (IOException | RuntimeException e) {
            closeAfter(e, channel);
            Files.deleteIfExists(file);
            throw e;
        }
    }

    /**
     * Goes on with a ledger, where its last whole line ends.
     *
     * @throws IOException too if another process writes it, or its header can't be understood
     */
    public static Ledger reopen(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            lock(channel, file);
            LedgerHeader header = seekEnd(channel, file);
            return new Ledger(channel, header);
        } catch (IOException | RuntimeException e) {
            closeAfter(e, channel);
            throw e;
        }
    }

    private static LedgerHeader seekEnd(FileChannel channel, Path file) throws IOException {
        // Left open: to close any descriptor of a file is to give up its locks.
        @SuppressWarnings("resource")
        LedgerLines lines = new LedgerLines(file, Channels.newInputStream(channel));
        LedgerHeader header = lines.header();
        while (lines.next() != null) {
            // only their length matters
        }
        channel.truncate(lines.wholeBytes());
        channel.position(lines.wholeBytes());
        return header;
    }

    /**
     * Everything in it.
     *
     * @throws IOException naming file, line and what was expected, if a whole line is none of a ledger
     */
    public static Read read(Path file) throws IOException {
        Map<Long, TrialRecord> trials = new LinkedHashMap<>();
        int repeated = 0;
        try (LedgerLines lines = new LedgerLines(file)) {
            LedgerHeader header = lines.header();
            for (TrialRecord trial = lines.trial(header); trial != null; trial = lines.trial(header)) {
                if (trials.put(trial.trial(), trial) != null) {
                    repeated++;
                }
            }
            return new Read(header, new ArrayList<>(trials.values()), lines.isTorn(), repeated);
        }
    }

    /**
     * Writes the trials of several shards of one campaign into one ledger, by their numbers.
     *
     * @throws IllegalArgumentException naming the field in which the shards' headers don't fit together
     */
    public static void merge(Path out, List<Path> shards) throws IOException {
        LedgerMerge merge = new LedgerMerge();
        for (Path shard : shards) {
            merge.add(shard);
        }
        merge.write(out);
    }

    public LedgerHeader header() {
        return header;
    }

    /**
     * Adds a line. When it returns, the kernel has it: it survives the death of this process.
     *
     * @throws IOException if there is no room; the ledger is as before, and may be appended to again
     */
    public void append(TrialRecord trial) throws IOException {
        write(LedgerLines.encode(trial));
    }

    private synchronized void write(byte[] line) throws IOException {
        if (torn) {
            cut();
        }
        ByteBuffer buffer = ByteBuffer.wrap(line);
        // A disk takes what it has room for, and only says that it is full when asked again.
        torn = true;
        try {
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } catch (IOException e) {
            try {
                cut();
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
        torn = false;
        wholeBytes += line.length;
    }

    private void cut() throws IOException {
        channel.truncate(wholeBytes);
        channel.position(wholeBytes);
        torn = false;
    }

    private static void lock(FileChannel channel, Path file) throws IOException {
        try {
            if (channel.tryLock() != null) {
                return;
            }
        } catch (OverlappingFileLockException e) {
            throw new IOException(file + ": this process writes it already", e);
        }
        throw new IOException(file + ": another process writes it");
    }

    private static void closeAfter(Exception failure, FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        channel.close();
    }
}
