// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Words that the test and its driver processes share, apart from all they share as hypervisor and drivers.
 *
 * <pre>
 *   a line for each queue of each life, and its uplink
 *                                       0 stores   8 fate met   12 stores at the end of the takeover   16 verdict
 *                                       20 how it ended   24 hits of its fault   28 the thread that reads its uplink
 * </pre>
 *
 * <p>A life is one attachment of a connection by a process.
 */
final class Stage {
    /** What a queue that waits at its store is told: nothing yet, to go on, or to be dead. */
    static final int NONE = 0;

    static final int GO_ON = 1;
    static final int DIE = 2;

    static final int QUEUES = 2;
    /** Instead of a queue's number: the thread that reads a switch's uplink. */
    static final int UPLINK = QUEUES;

    static final int LINES = QUEUES + 1;

    private static final VarHandle INTS = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int LINE_BYTES = 64;
    private static final int LIVES = 1 << 16;
    private static final int STORES = 0;
    private static final int MET = 8;
    private static final int RECOVERED = 12;
    private static final int VERDICT = 16;
    private static final int END = 20;
    private static final int HITS = 24;
    private static final int THREAD = 28;

    private final ByteBuffer memory;

    private Stage(ByteBuffer memory) {
        this.memory = memory;
    }

    /** Creates the file, sparse, or opens it. */
    static Stage open(Path path) {
        try (FileChannel file =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer memory = file.map(FileChannel.MapMode.READ_WRITE, 0, (long) LIVES * LINES * LINE_BYTES);
            return new Stage(memory.order(ByteOrder.LITTLE_ENDIAN));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For a life that is about to begin: an earlier one may have had its lines. */
    void clear(int life) {
        for (int at = line(life, 0); at < line(life, 0) + LINES * LINE_BYTES; at += Integer.BYTES) {
            INTS.setRelease(memory, at, 0);
        }
    }

    private static int line(int life, int queue) {
        return ((life % LIVES) * LINES + queue) * LINE_BYTES;
    }

    private int get(int life, int queue, int word) {
        return (int) INTS.getAcquire(memory, line(life, queue) + word);
    }

    private void set(int life, int queue, int word, int value) {
        INTS.setRelease(memory, line(life, queue) + word, value);
    }

    int stores(int life, int queue) {
        return get(life, queue, STORES);
    }

    void stores(int life, int queue, int count) {
        set(life, queue, STORES, count);
    }

    /** The queue has come to the store it was to stop at. */
    boolean isMet(int life, int queue) {
        return get(life, queue, MET) != 0;
    }

    void met(int life, int queue) {
        set(life, queue, MET, 1);
    }

    /** How many stores the queue's takeover took, or 0 while it is not over. */
    int recovered(int life, int queue) {
        return get(life, queue, RECOVERED);
    }

    void recovered(int life, int queue, int stores) {
        set(life, queue, RECOVERED, stores);
    }

    /** How a life with a fault came to an end. */
    enum End {
        NONE,
        /** The fault makes no valid class; the life is an ordinary one. */
        STILLBORN,
        /** A worker ended with an error. */
        ERROR
    }

    End end(int life) {
        return End.values()[get(life, 0, END)];
    }

    void end(int life, End end) {
        set(life, 0, END, end.ordinal());
    }

    /** How often the fault of a life was reached, by any of its threads; about. */
    int hits(int life) {
        return get(life, 0, HITS);
    }

    /** The fault of a life was reached, and not in its code. */
    void hit(int life) {
        set(life, 0, HITS, 1);
    }

    /** All of it, and where in it the hits of a life are counted. */
    ByteBuffer memory() {
        return memory;
    }

    static int hitsOffset(int life) {
        return line(life, 0) + HITS;
    }

    /** The thread that reads a switch's uplink, as the kernel calls it; 0 while it has not begun to. */
    int uplink(int life) {
        return get(life, UPLINK, THREAD);
    }

    void uplink(int life, int thread) {
        set(life, UPLINK, THREAD, thread);
    }

    int verdict(int life, int queue) {
        return get(life, queue, VERDICT);
    }

    void verdict(int life, int queue, int verdict) {
        set(life, queue, VERDICT, verdict);
    }
}
