// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import dev.ringfence.frontend.block.BlockQueue;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SelectStrategy;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.IntSupplier;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread of a queue: its event loop waits for sockets and doorbell alike, and serves the queue each time it is
 * about to wait.
 *
 * <pre>
 *   read sockets, submit -> publish, poll, write replies -> spin while it pays -> arm -> epoll_wait
 *      ^                                                                                    |
 *      +------------------------------- socket or doorbell ---------------------------------+
 * </pre>
 */
final class QueueThread implements SelectStrategy {
    private static final Logger LOG = LoggerFactory.getLogger(QueueThread.class);

    private final QueueLoop queueLoop;
    private final IoEventLoop eventLoop;
    private final MultiThreadIoEventLoopGroup group;
    private final Doorbell doorbell;
    private final Spin spin;
    private final long starvationNanos;
    /** Those in the transmission phase; confined to the event loop. */
    private final Set<NbdConnection> connections = new LinkedHashSet<>();
    /** All channels, counted where they are accepted. */
    private final AtomicInteger channels = new AtomicInteger();

    private IoRegistration registration;
    private boolean watching;
    private boolean failed;

    QueueThread(BlockQueue queue, String name, NbdTuning tuning) {
        queueLoop = new QueueLoop(queue);
        doorbell = new Doorbell(queue.doorbellFd(), queueLoop::retryLater);
        spin = new Spin(tuning.spin().toNanos(), queueLoop);
        starvationNanos = tuning.starvation().toNanos();
        IoHandlerFactory epoll = EpollIoHandler.newFactory(0, () -> this);
        ThreadFactory thread = task -> daemon(task, name);
        group = new MultiThreadIoEventLoopGroup(1, thread, epoll);
        eventLoop = group.next();
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new FastThreadLocalThread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    void start() {
        registration = eventLoop.register(doorbell).syncUninterruptibly().getNow();
        registration.submit(Doorbell.OPS);
    }

    QueueLoop queueLoop() {
        return queueLoop;
    }

    EventLoop eventLoop() {
        return eventLoop;
    }

    AtomicInteger channels() {
        return channels;
    }

    /** False: the queue has failed, and serves nobody any more. */
    boolean add(NbdConnection connection) {
        return !failed && connections.add(connection);
    }

    void remove(NbdConnection connection) {
        connections.remove(connection);
        queueLoop.retryLater();
    }

    @Override
    public int calculateStrategy(IntSupplier selectNow, boolean hasTasks) throws Exception {
        if (failed) {
            return hasTasks ? selectNow.get() : SELECT;
        }
        try {
            if (queueLoop.serve() || hasTasks) {
                return selectNow.get();
            }
            int ready = spin.until(selectNow);
            if (ready != Spin.NOTHING) {
                return ready;
            }
            watchForStarvation();
            return queueLoop.arm() ? SELECT : CONTINUE;
        } catch (RuntimeException e) {
            fail(e);
            return CONTINUE;
        }
    }

    /** The queue, or our own code, is broken: a bug, which must not become a loop that fails for ever. */
    private void fail(RuntimeException cause) {
        LOG.error("the NBD gateway's queue failed; closing its connections", cause);
        failed = true;
        new ArrayList<>(connections).forEach(connection -> connection.close("its queue failed"));
    }

    private void watchForStarvation() {
        if (!watching && queueLoop.starves()) {
            watching = true;
            long seen = queueLoop.progress();
            eventLoop.schedule(() -> endStarvation(seen), starvationNanos, TimeUnit.NANOSECONDS);
        }
    }

    private void endStarvation(long seenProgress) {
        watching = false;
        if (failed || !queueLoop.starves() || queueLoop.progress() != seenProgress) {
            return;
        }
        List<NbdConnection> idle =
                connections.stream().filter(NbdConnection::holdsBuffers).toList();
        idle.forEach(connection -> connection.close("it holds buffers that others wait for, and doesn't move"));
    }

    /** Ends the thread; what is still in flight has its buffers released when the disk answers or is closed. */
    void stop() {
        eventLoop.execute(() -> registration.cancel());
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
