// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.memory;

/**
 * A queue of frames in the kernel: two connected sockets (AF_UNIX, SOCK_DGRAM), of which one is written and the other read, each by any
 * number of processes. What {@link IoVector#send} puts in whole, {@link IoVector#receive} takes out whole, and
 * nobody waits: a full queue refuses with EAGAIN. What is in it stays for as long as anybody has either end open.
 *
 * <p>Between two sockets that are connected to each other the kernel counts no datagrams ({@code net.unix.max_dgram_qlen}), only
 * the sender's bytes, its own bookkeeping for each datagram included (some 700 of them).
 */
public record DatagramPair(Descriptor sender, Descriptor receiver) implements AutoCloseable {
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM_NONBLOCK_CLOEXEC = 2 | 0x800 | 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDBUF = 7;
    private static final int SO_SNDBUFFORCE = 32;

    /**
     * @param bytes for what waits in it; without CAP_NET_ADMIN no more than {@code net.core.wmem_max}. A datagram is taken
     *     for as long as there is any room, so that the last one may go beyond
     */
    public static DatagramPair create(int bytes) {
        try (Scratch ends = new Scratch(8);
                Scratch size = new Scratch(4)) {
            LinuxException.check(
                    "socketpair", LibC.INSTANCE.socketpair(AF_UNIX, SOCK_DGRAM_NONBLOCK_CLOEXEC, 0, ends.address()));
            Descriptor sender = new Descriptor(ends.window().getInt(0));
            Descriptor receiver = new Descriptor(ends.window().getInt(4));
            // The kernel doubles it, for its bookkeeping.
            size.window().putInt(0, bytes / 2);
            if (LibC.INSTANCE.setsockopt(sender.fd(), SOL_SOCKET, SO_SNDBUFFORCE, size.address(), 4) == -1) {
                LinuxException.check(
                        "setsockopt(SO_SNDBUF)",
                        LibC.INSTANCE.setsockopt(sender.fd(), SOL_SOCKET, SO_SNDBUF, size.address(), 4));
            }
            return new DatagramPair(sender, receiver);
        }
    }

    @Override
    public void close() {
        sender.close();
        receiver.close();
    }
}
