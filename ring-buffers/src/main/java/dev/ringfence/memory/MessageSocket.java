// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.memory;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A UNIX socket that keeps message boundaries (SOCK_SEQPACKET) and carries descriptors (SCM_RIGHTS).
 *
 * <p>Sending is serialised; receiving belongs to one thread. The JDK's own UNIX sockets can carry no descriptors, and a
 * library that can would bring a second native binding into every sandbox.
 */
public final class MessageSocket implements AutoCloseable {
    /** Longest message, and most descriptors in one, which is what the kernel takes (SCM_MAX_FD). */
    public static final int MESSAGE_BYTES = 64 * 1024;

    public static final int DESCRIPTORS = 253;

    private static final int AF_UNIX = 1;
    private static final int SOCK_SEQPACKET_CLOEXEC = 5 | 0x80000;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_PEERCRED = 17;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_SNDTIMEO = 21;
    private static final int SCM_RIGHTS = 1;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;
    private static final int MSG_CTRUNC = 8;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int SHUT_RDWR = 2;
    private static final int SOCKADDR_BYTES = 110;
    private static final int PATH_BYTES = 107;

    /** A message: its bytes and the descriptors that came along, now the receiver's to close. */
    public record Message(byte[] bytes, List<Descriptor> descriptors) {}

    /** Who is at the other end, as the kernel knows it; the pid is in our own PID namespace. */
    public record Credentials(int pid, int uid, int gid) {}

    private final Descriptor descriptor;
    private volatile boolean closed;
    private final MessageHeader outgoing = new MessageHeader(MESSAGE_BYTES, DESCRIPTORS);
    private final MessageHeader incoming = new MessageHeader(MESSAGE_BYTES, DESCRIPTORS);

    private MessageSocket(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    /** Listens at a path that must not exist. */
    public static MessageSocket listen(Path path) {
        MessageSocket socket = create();
        try (Scratch address = address(path)) {
            LinuxException.check(
                    "bind " + path, LibC.INSTANCE.bind(socket.descriptor.fd(), address.address(), SOCKADDR_BYTES));
            LinuxException.check("listen", LibC.INSTANCE.listen(socket.descriptor.fd(), 16));
            return socket;
        }
    }

    public static MessageSocket connect(Path path) {
        MessageSocket socket = create();
        try (Scratch address = address(path)) {
            LinuxException.check(
                    "connect " + path,
                    LibC.INSTANCE.connect(socket.descriptor.fd(), address.address(), SOCKADDR_BYTES));
            return socket;
        }
    }

    /** A connected socket that somebody else has held so far. */
    public static MessageSocket of(Descriptor descriptor) {
        return new MessageSocket(descriptor);
    }

    private static MessageSocket create() {
        int fd = LibC.INSTANCE.socket(AF_UNIX, SOCK_SEQPACKET_CLOEXEC, 0);
        return new MessageSocket(new Descriptor(LinuxException.check("socket", fd)));
    }

    private static Scratch address(Path path) {
        byte[] bytes = path.toString().getBytes(StandardCharsets.UTF_8);
        if (bytes.length > PATH_BYTES) {
            throw new IllegalArgumentException("socket path is longer than " + PATH_BYTES + " bytes: path=" + path);
        }
        Scratch address = new Scratch(SOCKADDR_BYTES);
        address.window().putShort(0, (short) AF_UNIX);
        address.window().put(2, bytes, 0, bytes.length);
        return address;
    }

    /** Waits for a peer to connect. */
    public MessageSocket accept() {
        int fd = LibC.INSTANCE.accept4(descriptor.fd(), 0, 0, SOCK_CLOEXEC);
        return new MessageSocket(new Descriptor(LinuxException.check("accept4", fd)));
    }

    /** The socket itself, for somebody who shall hold it too; not to be closed. */
    public Descriptor descriptor() {
        return descriptor;
    }

    /** From now on sending and receiving fail with EAGAIN when the peer keeps us waiting that long. */
    public MessageSocket withTimeout(int seconds) {
        try (Scratch time = new Scratch(16)) {
            time.window().putLong(0, seconds);
            for (int option : new int[] {SO_RCVTIMEO, SO_SNDTIMEO}) {
                LinuxException.check(
                        "setsockopt(SO_RCVTIMEO)",
                        LibC.INSTANCE.setsockopt(descriptor.fd(), SOL_SOCKET, option, time.address(), 16));
            }
            return this;
        }
    }

    public Credentials peer() {
        try (Scratch value = new Scratch(16)) {
            value.window().putInt(12, 12);
            LinuxException.check(
                    "getsockopt(SO_PEERCRED)",
                    LibC.INSTANCE.getsockopt(
                            descriptor.fd(), SOL_SOCKET, SO_PEERCRED, value.address(), value.address() + 12));
            Window window = value.window();
            return new Credentials(window.getInt(0), window.getInt(4), window.getInt(8));
        }
    }

    /** Sends one message whole. False when the peer is gone. The descriptors stay the caller's. */
    public boolean send(byte[] bytes, List<Descriptor> descriptors) {
        synchronized (outgoing) {
            if (closed) {
                return false;
            }
            outgoing.fill(bytes, descriptors, SOL_SOCKET, SCM_RIGHTS);
            long sent;
            do {
                sent = LibC.INSTANCE.sendmsg(descriptor.fd(), outgoing.address(), MSG_NOSIGNAL);
            } while (sent == -1 && Errno.last() == Errno.EINTR);
            if (sent == -1 && Errno.last() != Errno.EPIPE && Errno.last() != Errno.ECONNRESET) {
                throw new LinuxException("sendmsg", Errno.last());
            }
            return sent != -1;
        }
    }

    /** Waits for the next message; empty when the peer is gone or the socket was shut down. */
    public Optional<Message> receive() {
        incoming.clear();
        long received;
        do {
            received = LibC.INSTANCE.recvmsg(descriptor.fd(), incoming.address(), MSG_CMSG_CLOEXEC);
        } while (received == -1 && Errno.last() == Errno.EINTR);
        if (received == -1 && Errno.last() != Errno.ECONNRESET) {
            throw new LinuxException("recvmsg", Errno.last());
        }
        if (received <= 0) {
            return Optional.empty();
        }
        List<Descriptor> descriptors = new ArrayList<>();
        boolean lost = (incoming.flags() & MSG_CTRUNC) != 0;
        for (int fd : incoming.descriptors(SOL_SOCKET, SCM_RIGHTS)) {
            descriptors.add(new Descriptor(fd));
        }
        if (lost) {
            descriptors.forEach(Descriptor::close);
            throw new LinuxException("recvmsg: no room for the descriptors that came along", Errno.EMFILE);
        }
        return Optional.of(new Message(incoming.payload((int) received), descriptors));
    }

    /** Ends both directions: the peer, and a thread in {@link #receive}, see the end. Any thread, at any time. */
    public synchronized void shutdown() {
        if (!closed) {
            LibC.INSTANCE.shutdown(descriptor.fd(), SHUT_RDWR);
        }
    }

    /** Any thread, but only when none is in {@link #receive} any more: {@link #shutdown} gets it out. */
    @Override
    public synchronized void close() {
        shutdown(); // gets a sender out that waits for room, and holds what we need
        synchronized (outgoing) {
            closed = true;
            descriptor.close();
        }
    }
}
