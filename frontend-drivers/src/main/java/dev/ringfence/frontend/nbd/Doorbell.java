// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;

/**
 * The queue's eventfd in the epoll set of its event loop, so that the driver's bell wakes the thread that serves the
 * sockets. Edge-triggered: every ring wakes the loop once, and nobody has to read the eventfd.
 */
final class Doorbell implements EpollIoHandle {
    static final EpollIoOps OPS = EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLET);

    private final FileDescriptor fd;
    private final Runnable rung;

    /** The descriptor stays its owner's: it is not closed here. */
    Doorbell(int fd, Runnable rung) {
        this.fd = new FileDescriptor(fd);
        this.rung = rung;
    }

    @Override
    public FileDescriptor fd() {
        return fd;
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
        rung.run();
    }

    @Override
    public void close() {}
}
