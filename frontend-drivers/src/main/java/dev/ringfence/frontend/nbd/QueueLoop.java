// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import dev.ringfence.frontend.block.BlockQueue;
import dev.ringfence.frontend.block.DiskInfo;
import dev.ringfence.frontend.block.GuestBuffer;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.IdentityHashMap;

/**
 * One queue of the disk and the requests of all connections that use it. Confined to one event loop, which calls
 * {@link #serve} between its looks at the sockets.
 */
final class QueueLoop {
    static final int RECEIVE_BYTES = 256 << 10;
    private static final int HEAD_BYTES = 1 << 10;
    private static final int MAX_ROUNDS = 16;
    private static final int MAX_SEGMENT_BYTES = 1 << 20;
    private static final int MAX_WRAPPERS = 4096;
    private static final int PAGE_BYTES = 4096;
    private static final byte[] ZEROES = new byte[64 << 10];

    final Pool<ReadRequest> reads = new Pool<>(() -> new ReadRequest(this));
    final Pool<WriteRequest> writes = new Pool<>(() -> new WriteRequest(this));
    final Pool<ZeroRequest> zeroes = new Pool<>(() -> new ZeroRequest(this));
    final Pool<TrimRequest> trims = new Pool<>(() -> new TrimRequest(this));
    final Pool<FlushRequest> flushes = new Pool<>(() -> new FlushRequest(this));

    private final BlockQueue queue;
    private final Pool<Segment> segments = new Pool<>(() -> new Segment(this));
    private final PooledBytes.Pool heads = new PooledBytes.Pool(HEAD_BYTES);
    private final PooledBytes.Pool receiveBuffers = new PooledBytes.Pool(RECEIVE_BYTES);
    private final IdentityHashMap<GuestBuffer, GuestBytes> wrappers = new IdentityHashMap<>();
    private final ArrayDeque<NbdRequest> waiting = new ArrayDeque<>();
    private final ArrayDeque<NbdConnection> resumed = new ArrayDeque<>();
    private final ArrayDeque<ReplyWriter> unflushed = new ArrayDeque<>();
    private int inFlight;
    private long progress;
    private boolean unpublished;
    private boolean freed;

    QueueLoop(BlockQueue queue) {
        this.queue = queue;
    }

    DiskInfo info() {
        return queue.info();
    }

    /** Asked for each time: a driver that reconnects may offer something else. */
    private int segmentBytes() {
        DiskInfo info = queue.info();
        int longest = Math.min(info.maxTransferBytes(), MAX_SEGMENT_BYTES);
        return longest - longest % info.sectorBytes();
    }

    // What requests ask of the disk: each false or null when it is short of ring slots or buffers.

    /** A segment with its buffer: of {@code bytes}, or of as many as go in one request and as the pool has in a row. */
    Segment allocate(NbdRequest request, long bytes) {
        int length = (int) Math.min(bytes, segmentBytes());
        GuestBuffer buffer = queue.allocate(length);
        while (buffer == null && length > PAGE_BYTES) {
            length = Math.max(PAGE_BYTES, length / 2 / PAGE_BYTES * PAGE_BYTES);
            buffer = queue.allocate(length);
        }
        return buffer == null ? null : segment(request, buffer, length);
    }

    /** A segment as from {@link #allocate}, full of zeroes. */
    Segment allocateZeroes(NbdRequest request, long bytes) {
        Segment segment = allocate(request, bytes);
        if (segment != null) {
            ByteBuffer target = segment.buffer.bytes().limit(segment.length).position(0);
            while (target.hasRemaining()) {
                target.put(ZEROES, 0, Math.min(target.remaining(), ZEROES.length));
            }
        }
        return segment;
    }

    boolean read(Segment segment, long offset) {
        return submitted(segment, queue.read(offset, segment.buffer, segment.length, segment, 0));
    }

    boolean write(Segment segment, long offset) {
        return submitted(segment, queue.write(offset, segment.buffer, segment.length, segment, 0));
    }

    /** Writes the start of a buffer that stays the request's. */
    boolean write(NbdRequest request, GuestBuffer buffer, long offset, int bytes) {
        Segment segment = segment(request, null, bytes);
        return submittedOrFreed(segment, queue.write(offset, buffer, bytes, segment, 0));
    }

    boolean flush(NbdRequest request) {
        Segment segment = segment(request, null, 0);
        return submittedOrFreed(segment, queue.flush(segment, 0));
    }

    boolean discard(NbdRequest request, long offset, long bytes) {
        Segment segment = segment(request, null, 0);
        return submittedOrFreed(segment, queue.discard(offset, bytes, segment, 0));
    }

    private boolean submittedOrFreed(Segment segment, boolean accepted) {
        if (!accepted) {
            free(segment);
        }
        return submitted(segment, accepted);
    }

    private boolean submitted(Segment segment, boolean accepted) {
        if (accepted) {
            segment.request.inFlight++;
            inFlight++;
            unpublished = true;
        }
        return accepted;
    }

    private Segment segment(NbdRequest request, GuestBuffer buffer, int length) {
        Segment segment = segments.take();
        segment.request = request;
        segment.buffer = buffer;
        segment.length = length;
        return segment;
    }

    void free(Segment segment) {
        segment.buffer = null;
        segments.give(segment);
    }

    /** With its buffer, if it has one. */
    void release(Segment segment) {
        if (segment.buffer != null) {
            release(segment.buffer);
        }
        free(segment);
    }

    void release(GuestBuffer buffer) {
        queue.release(buffer);
        freed = true;
    }

    /** A buffer has left for the client, or its connection is gone. */
    void written(GuestBuffer buffer) {
        progress++;
        release(buffer);
    }

    void answered() {
        inFlight--;
        progress++;
        freed = true;
    }

    GuestBytes bytes(GuestBuffer buffer) {
        GuestBytes bytes = wrappers.get(buffer);
        if (bytes == null) {
            // A queue that makes up new buffers all the time must not fill the heap with their wrappers.
            if (wrappers.size() == MAX_WRAPPERS) {
                wrappers.clear();
            }
            bytes = new GuestBytes(this, buffer);
            wrappers.put(buffer, bytes);
        }
        return bytes;
    }

    PooledBytes heads() {
        return heads.take();
    }

    PooledBytes.Pool receiveBuffers() {
        return receiveBuffers;
    }

    // The turn of the loop.

    void await(NbdRequest request) {
        waiting.addLast(request);
    }

    /** Has waiting requests look again, because one of them may have lost its connection. */
    void retryLater() {
        freed = true;
    }

    void resumeLater(NbdConnection connection) {
        resumed.addLast(connection);
    }

    void flushLater(ReplyWriter replies) {
        unflushed.addLast(replies);
    }

    void publish() {
        if (unpublished) {
            unpublished = false;
            queue.publish();
        }
    }

    /** Does all there is to do without the sockets. True: it took too long, have a look at them before going on. */
    boolean serve() {
        for (int round = 0; round < MAX_ROUNDS; round++) {
            publish();
            boolean answers = queue.poll() > 0;
            retryWaiting();
            resume();
            flushReplies();
            if (!answers && !hasWork()) {
                return false;
            }
        }
        return true;
    }

    private boolean hasWork() {
        return unpublished || !resumed.isEmpty() || !unflushed.isEmpty() || freed && !waiting.isEmpty();
    }

    /** Whether the disk owes answers. */
    boolean awaitsAnswers() {
        return inFlight > 0;
    }

    /** Whether answers were waiting; {@link #serve} is to follow. */
    boolean harvest() {
        return queue.poll() > 0;
    }

    /** True: safe to sleep until the doorbell rings. */
    boolean arm() {
        return queue.arm();
    }

    private void retryWaiting() {
        if (!freed) {
            return;
        }
        boolean any = false;
        for (int left = waiting.size(); left > 0; left--) {
            NbdRequest request = waiting.pollFirst();
            if (request.retry()) {
                any = true;
            } else {
                waiting.addLast(request);
            }
        }
        // One that failed again has only put back what it had just taken.
        freed = any;
    }

    private void resume() {
        for (int left = resumed.size(); left > 0; left--) {
            resumed.pollFirst().resume();
        }
    }

    private void flushReplies() {
        for (int left = unflushed.size(); left > 0; left--) {
            unflushed.pollFirst().flush();
        }
    }

    /** Whether one client's requests wait for buffers that only other clients can set free. */
    boolean starves() {
        if (inFlight > 0) {
            return false;
        }
        for (NbdRequest request : waiting) {
            if (!request.connection.holdsBuffers()) {
                return true;
            }
        }
        return false;
    }

    /** Changes whenever the disk answers or a buffer leaves for a client. */
    long progress() {
        return progress;
    }
}
