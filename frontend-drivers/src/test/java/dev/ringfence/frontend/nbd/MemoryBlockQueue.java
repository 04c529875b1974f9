// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import dev.ringfence.frontend.block.BlockCompletion;
import dev.ringfence.frontend.block.BlockQueue;
import dev.ringfence.frontend.block.DiskInfo;
import dev.ringfence.frontend.block.GuestBuffer;
import io.netty.channel.epoll.Native;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;

/** A queue of a {@link MemoryBlockFrontend}. */
final class MemoryBlockQueue implements BlockQueue {
    private enum Operation {
        READ,
        WRITE,
        FLUSH,
        DISCARD
    }

    /** A request in the hands of the queue or its driver; reused. */
    static final class Request {
        private MemoryBlockQueue queue;
        private Operation operation;
        private long offset;
        private long length;
        private Buffer buffer;
        private BlockCompletion completion;
        private long context;
        private int status;

        void carryOut() {
            status = queue.carryOut(this);
        }

        void answer() {
            queue.answer(this);
        }
    }

    static final class Buffer implements GuestBuffer {
        private final ByteBuffer bytes;
        private final ByteBuffer driversView;
        private boolean allocated;
        private int inFlight;

        private Buffer(int capacity) {
            bytes = ByteBuffer.allocateDirect(capacity);
            driversView = bytes.duplicate();
        }

        @Override
        public int capacity() {
            return bytes.capacity();
        }

        @Override
        public ByteBuffer bytes() {
            return bytes;
        }
    }

    private final MemoryBlockFrontend frontend;
    private final MemoryDriver driver; // null: requests are carried out by publish
    private final ByteBuffer disk;
    private final int ringSlots;
    private final long poolBytes;
    private final LongPredicate failing;
    private final boolean discardNotSupported;
    private final FileDescriptor doorbell = Native.newEventFd();
    private final TreeMap<Integer, ArrayDeque<Buffer>> idle = new TreeMap<>();
    private final Set<Buffer> mine = Collections.newSetFromMap(new IdentityHashMap<>());
    private final ArrayDeque<Request> requests = new ArrayDeque<>();
    private final List<Request> submitted = new ArrayList<>();
    private final ConcurrentLinkedQueue<Request> answered = new ConcurrentLinkedQueue<>();
    private final ArrayDeque<Request> carriedOut = new ArrayDeque<>();
    private final AtomicLong flushes = new AtomicLong();
    private final AtomicLong publishes = new AtomicLong();
    private volatile boolean armed;
    private volatile boolean broken;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger allocated = new AtomicInteger();
    private Thread owner;
    private long pooled;

    MemoryBlockQueue(MemoryBlockFrontend frontend, MemoryBlockFrontend.Builder options, MemoryDriver driver) {
        this.frontend = frontend;
        this.driver = driver;
        this.disk = frontend.disk();
        this.ringSlots = options.ringSlots;
        this.poolBytes = options.poolBytes;
        this.failing = options.failing;
        this.discardNotSupported = options.discardNotSupported;
    }

    @Override
    public DiskInfo info() {
        return frontend.info();
    }

    @Override
    public GuestBuffer allocate(int bytes) {
        checkThread();
        if (bytes <= 0 || bytes > info().maxTransferBytes()) {
            throw new IllegalArgumentException("bytes=" + bytes);
        }
        int capacity = (bytes + 4095) & ~4095;
        ArrayDeque<Buffer> fitting = idle.get(capacity);
        Buffer buffer = fitting == null ? null : fitting.pollLast();
        if (buffer == null) {
            if (!makeRoom(capacity)) {
                return null;
            }
            buffer = new Buffer(capacity);
            mine.add(buffer);
            pooled += capacity;
        }
        buffer.allocated = true;
        allocated.incrementAndGet();
        return buffer;
    }

    private boolean makeRoom(int capacity) {
        while (pooled + capacity > poolBytes) {
            var other = idle.entrySet().stream()
                    .filter(entry -> !entry.getValue().isEmpty())
                    .findFirst();
            if (other.isEmpty()) {
                return false;
            }
            Buffer dropped = other.get().getValue().pollLast();
            mine.remove(dropped);
            pooled -= dropped.capacity();
        }
        return true;
    }

    @Override
    public void release(GuestBuffer buffer) {
        checkThread();
        Buffer released = checked(buffer);
        if (released.inFlight > 0) {
            throw new IllegalStateException("released while a request uses it: inFlight=" + released.inFlight);
        }
        released.allocated = false;
        allocated.decrementAndGet();
        idle.computeIfAbsent(released.capacity(), capacity -> new ArrayDeque<>())
                .addLast(released);
    }

    private Buffer checked(GuestBuffer buffer) {
        if (!(buffer instanceof Buffer known) || !mine.contains(known) || !known.allocated) {
            throw new IllegalStateException("buffer=" + buffer + " is not allocated from this queue");
        }
        return known;
    }

    @Override
    public boolean read(long offset, GuestBuffer buffer, int length, BlockCompletion completion, long context) {
        return transfer(Operation.READ, offset, buffer, length, completion, context);
    }

    @Override
    public boolean write(long offset, GuestBuffer buffer, int length, BlockCompletion completion, long context) {
        return transfer(Operation.WRITE, offset, buffer, length, completion, context);
    }

    private boolean transfer(
            Operation operation,
            long offset,
            GuestBuffer buffer,
            int length,
            BlockCompletion completion,
            long context) {
        Buffer data = checked(buffer);
        if (length <= 0 || length > info().maxTransferBytes() || length > buffer.capacity()) {
            throw new IllegalArgumentException("length=" + length + " capacity=" + buffer.capacity());
        }
        return submit(operation, offset, length, data, completion, context);
    }

    @Override
    public boolean flush(BlockCompletion completion, long context) {
        return submit(Operation.FLUSH, 0, 0, null, completion, context);
    }

    @Override
    public boolean discard(long offset, long length, BlockCompletion completion, long context) {
        return submit(Operation.DISCARD, offset, length, null, completion, context);
    }

    private boolean submit(
            Operation operation, long offset, long length, Buffer buffer, BlockCompletion completion, long context) {
        checkThread();
        int sector = info().sectorBytes();
        if (offset < 0 || offset % sector != 0 || length % sector != 0 || offset + length > info().bytes()) {
            throw new IllegalArgumentException("offset=" + offset + " length=" + length);
        }
        if (inFlight.get() == ringSlots) {
            return false;
        }
        inFlight.incrementAndGet();
        if (buffer != null) {
            buffer.inFlight++;
        }
        Request request = requests.isEmpty() ? new Request() : requests.pollLast();
        request.queue = this;
        request.operation = operation;
        request.offset = offset;
        request.length = length;
        request.buffer = buffer;
        request.completion = completion;
        request.context = context;
        submitted.add(request);
        return true;
    }

    @Override
    public void publish() {
        checkThread();
        publishes.incrementAndGet();
        if (driver != null) {
            driver.accept(submitted);
        } else {
            for (Request request : submitted) {
                request.carryOut();
                carriedOut.addLast(request);
            }
        }
        submitted.clear();
    }

    /** The driver's half. */
    private int carryOut(Request request) {
        for (long at = request.offset; at < request.offset + request.length; at += 512) {
            if (failing.test(at)) {
                return BlockCompletion.ERROR;
            }
        }
        int offset = (int) request.offset;
        int length = (int) request.length;
        switch (request.operation) {
            case READ -> request.buffer.driversView.put(0, disk, offset, length);
            case WRITE -> disk.put(offset, request.buffer.driversView, 0, length);
            case FLUSH -> flushes.incrementAndGet();
            case DISCARD -> {
                if (discardNotSupported) {
                    return BlockCompletion.NOT_SUPPORTED;
                }
                disk.put(offset, new byte[length]);
            }
        }
        return BlockCompletion.OKAY;
    }

    private void answer(Request request) {
        answered.add(request);
        if (armed) {
            armed = false;
            Native.eventFdWrite(doorbell.intValue(), 1);
        }
    }

    @Override
    public int poll() {
        checkThread();
        if (broken) {
            throw new IllegalStateException("broken on purpose");
        }
        int count = 0;
        for (Request request = next(); request != null; request = next()) {
            complete(request);
            count++;
        }
        return count;
    }

    private Request next() {
        return driver == null ? carriedOut.pollFirst() : answered.poll();
    }

    private void complete(Request request) {
        inFlight.decrementAndGet();
        if (request.buffer != null) {
            request.buffer.inFlight--;
        }
        BlockCompletion completion = request.completion;
        long context = request.context;
        int status = request.status;
        requests.addLast(request);
        completion.completed(context, status);
    }

    @Override
    public boolean arm() {
        checkThread();
        armed = true;
        if (answered.isEmpty()) {
            return true;
        }
        armed = false;
        return false;
    }

    @Override
    public int doorbellFd() {
        return doorbell.intValue();
    }

    /** Confined to the first thread that uses it. */
    private void checkThread() {
        if (owner == null) {
            owner = Thread.currentThread();
        } else if (owner != Thread.currentThread()) {
            throw new IllegalStateException("used by " + Thread.currentThread() + ", belongs to " + owner);
        }
    }

    /** Goes over to the calling thread, once the gateway has let go of it. */
    void adopt() {
        owner = Thread.currentThread();
    }

    /** From now on every poll throws. */
    void breakDown() {
        broken = true;
    }

    int inFlight() {
        return inFlight.get();
    }

    int allocatedBuffers() {
        return allocated.get();
    }

    long flushes() {
        return flushes.get();
    }

    long publishes() {
        return publishes.get();
    }

    void close() {
        try {
            doorbell.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
