// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import dev.ringfence.memory.Descriptor;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;

/**
 * The queue's doorbell in the epoll set of its event loop, so that the driver's bell wakes the thread that serves the
 * sockets. Level-triggered, and emptied at each wake-up: a bell that nobody empties is a pipe that runs full, and rings
 * no more.
 */
final class Doorbell implements EpollIoHandle {
    static final EpollIoOps OPS = EpollIoOps.EPOLLIN;

    private final FileDescriptor fd;
    private final dev.ringfence.memory.Doorbell.Listener listener;
    private final Runnable rung;

    /** The descriptor, which does not block, stays its owner's: it is not closed here. */
    Doorbell(int fd, Runnable rung) {
        this.fd = new FileDescriptor(fd);
        this.listener = new dev.ringfence.memory.Doorbell.Listener(new Descriptor(fd));
        this.rung = rung;
    }

    @Override
    public FileDescriptor fd() {
        return fd;
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
        listener.await();
        rung.run();
    }

    @Override
    public void close() {}
}
