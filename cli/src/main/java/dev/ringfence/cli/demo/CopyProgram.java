// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli.demo;

import dev.ringfence.frontend.block.BlockCompletion;
import dev.ringfence.frontend.block.BlockFrontend;
import dev.ringfence.frontend.block.BlockQueue;
import dev.ringfence.frontend.block.GuestBuffer;
import dev.ringfence.frontend.guest.GuestContext;
import dev.ringfence.frontend.guest.GuestProgram;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.Doorbell;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;

/**
 * A guest that copies one disk to another, over and over, until a file tells it to stop; then it flushes, reads both
 * disks back and says what they hash to.
 *
 * <p>Arguments: the two disks, the file to stop at. Reports {@code gap} for every silence longer than a millisecond,
 * {@code copied} at the end.
 */
public final class CopyProgram implements GuestProgram {
    private static final int CHUNK_BYTES = 512 << 10;
    private static final int DEPTH = 8;
    private static final long GAP_NANOS = 1_000_000;

    private GuestContext context;
    private BlockQueue source;
    private BlockQueue copy;
    private Doorbell.Listener sourceBell;
    private long bytes;
    private long next;
    private long moved;
    private long errors;
    private int inFlight;
    private long lastNanos;

    @Override
    public void run(GuestContext guest) throws Exception {
        context = guest;
        BlockFrontend from = guest.disk(guest.arguments().get(0));
        BlockFrontend to = guest.disk(guest.arguments().get(1));
        Path stop = Path.of(guest.arguments().get(2));
        source = from.queues().get(0);
        copy = to.queues().get(0);
        sourceBell = new Doorbell.Listener(new Descriptor(source.doorbellFd()));
        bytes = from.info().bytes();
        int passes = 0;
        lastNanos = System.nanoTime();
        do {
            pass();
            passes++;
        } while (!Files.exists(stop));
        flush();
        String sourceHash = hash(source);
        String copyHash = hash(copy);
        guest.report("copied", sourceHash + " " + copyHash, Map.of("bytes", moved, "errors", errors, "passes", (long)
                passes));
    }

    private void pass() {
        next = 0;
        Slot[] slots = new Slot[DEPTH];
        for (int i = 0; i < DEPTH; i++) {
            slots[i] = new Slot();
            slots[i].read();
        }
        await();
        for (Slot slot : slots) {
            source.release(slot.readBuffer);
            copy.release(slot.writeBuffer);
        }
    }

    /** Serves both queues until nothing is in flight. */
    private void await() {
        while (inFlight > 0) {
            source.publish();
            copy.publish();
            if (source.poll() + copy.poll() == 0 && source.arm() && copy.arm()) {
                // One bell is enough to sleep on: the doze ends soon, and a gap is measured by answers, not by
                // wake-ups.
                sourceBell.await(1);
            }
        }
    }

    private void answered(int status) {
        inFlight--;
        errors += status == BlockCompletion.OKAY ? 0 : 1;
        long now = System.nanoTime();
        if (now - lastNanos > GAP_NANOS) {
            context.report("gap", "", Map.of("startNanos", lastNanos, "nanos", now - lastNanos));
        }
        lastNanos = now;
    }

    private void flush() {
        inFlight++;
        copy.flush((slot, status) -> answered(status), 0);
        await();
    }

    private String hash(BlockQueue disk) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        GuestBuffer buffer = disk.allocate(CHUNK_BYTES);
        for (long offset = 0; offset < bytes; offset += CHUNK_BYTES) {
            int length = (int) Math.min(CHUNK_BYTES, bytes - offset);
            inFlight++;
            disk.read(offset, buffer, length, (slot, status) -> answered(status), 0);
            await();
            ByteBuffer view = buffer.bytes();
            digest.update(view.limit(length).position(0));
            view.clear();
        }
        disk.release(buffer);
        return HexFormat.of().formatHex(digest.digest());
    }

    /** One chunk on its way: read from the source, then written to the copy. */
    private final class Slot {
        private final GuestBuffer readBuffer = source.allocate(CHUNK_BYTES);
        private final GuestBuffer writeBuffer = copy.allocate(CHUNK_BYTES);
        private long offset;
        private int length;

        private void read() {
            if (next >= bytes) {
                return;
            }
            offset = next;
            length = (int) Math.min(CHUNK_BYTES, bytes - offset);
            next += length;
            inFlight++;
            source.read(offset, readBuffer, length, (slot, status) -> write(status), 0);
        }

        private void write(int readStatus) {
            answered(readStatus);
            writeBuffer.bytes().put(0, readBuffer.bytes(), 0, length);
            inFlight++;
            copy.write(offset, writeBuffer, length, (slot, status) -> written(status), 0);
        }

        private void written(int status) {
            answered(status);
            moved += length;
            read();
        }
    }
}
