// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.memory;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * UDP by system call, in the network namespace of the calling thread: open files to be handed to a process that may open
 * no socket. {@link IoVector#send} and {@link IoVector#receive} are one datagram a call, and don't block.
 */
public final class UdpSocket {
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_DGRAM_NONBLOCK_CLOEXEC = 2 | 0x800 | 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUF = 8;
    private static final int SO_ATTACH_FILTER = 26;
    private static final int SO_RCVBUFFORCE = 33;
    /** A sender with a fast wire is ahead of its reader by as much as that; the memory is taken only by what waits. */
    private static final int WAITING_BYTES = 4 << 20;

    private static final int SOCKADDR_IN_BYTES = 16;
    private static final int SOCKADDR_IN6_BYTES = 28;

    /** {@code struct sock_filter}: operation, two jumps, a value (Documentation/networking/filter.rst). */
    private static final int INSTRUCTION_BYTES = 8;

    private static final int LOAD_WORD = 0x20;
    private static final int JUMP_EQUAL = 0x15;
    private static final int RETURN = 0x06;
    private static final int NETWORK_HEADER = -0x100000;
    private static final int IPV4_SOURCE = 12;
    private static final int IPV6_SOURCE = 8;

    private UdpSocket() {}

    /**
     * Receives from one host alone, from whichever of its ports: the kernel drops what says to be from others.
     *
     * @param port of ours, on all addresses of the peer's family
     * @throws LinuxException EADDRINUSE when somebody else has the port
     */
    public static Descriptor listen(int port, InetAddress peer) {
        Descriptor socket = open(peer);
        try {
            filter(socket, peer);
            enlarge(socket);
            byte[] any = new byte[peer.getAddress().length];
            try (Scratch address = address(any, port)) {
                int bytes = bytes(peer);
                LinuxException.check(
                        "bind(UDP " + port + ")", LibC.INSTANCE.bind(socket.fd(), address.address(), bytes));
            }
            return socket;
        } catch (LinuxException e) {
            socket.close();
            throw e;
        }
    }

    /** Sends to a peer. */
    public static Descriptor connect(InetSocketAddress peer) {
        Descriptor socket = open(peer.getAddress());
        try (Scratch address = address(peer.getAddress().getAddress(), peer.getPort())) {
            int result = LibC.INSTANCE.connect(socket.fd(), address.address(), bytes(peer.getAddress()));
            if (result == -1) {
                int errno = Errno.last();
                socket.close();
                throw new LinuxException("connect(UDP " + peer + ")", errno);
            }
            return socket;
        }
    }

    private static Descriptor open(InetAddress peer) {
        int family = peer instanceof Inet4Address ? AF_INET : AF_INET6;
        return new Descriptor(
                LinuxException.check("socket(UDP)", LibC.INSTANCE.socket(family, SOCK_DGRAM_NONBLOCK_CLOEXEC, 0)));
    }

    private static int bytes(InetAddress peer) {
        return peer instanceof Inet4Address ? SOCKADDR_IN_BYTES : SOCKADDR_IN6_BYTES;
    }

    private static void enlarge(Descriptor socket) {
        try (Scratch size = new Scratch(4)) {
            size.window().putInt(0, WAITING_BYTES);
            // Without CAP_NET_ADMIN it gets what net.core.rmem_max allows.
            if (LibC.INSTANCE.setsockopt(socket.fd(), SOL_SOCKET, SO_RCVBUFFORCE, size.address(), 4) == -1) {
                LibC.INSTANCE.setsockopt(socket.fd(), SOL_SOCKET, SO_RCVBUF, size.address(), 4);
            }
        }
    }

    private static Scratch address(byte[] host, int port) {
        boolean four = host.length == 4;
        Scratch address = new Scratch(SOCKADDR_IN6_BYTES);
        address.window().putShort(0, (short) (four ? AF_INET : AF_INET6));
        address.window().putShort(2, Short.reverseBytes((short) port));
        address.window().put(four ? 4 : 8, host, 0, host.length);
        return address;
    }

    /** Compares the source address word by word; any that differs ends it. */
    private static void filter(Descriptor socket, InetAddress peer) {
        byte[] host = peer.getAddress();
        int words = host.length / 4;
        int source = NETWORK_HEADER + (words == 1 ? IPV4_SOURCE : IPV6_SOURCE);
        int instructions = 2 * words + 2;
        try (Scratch program = new Scratch(instructions * INSTRUCTION_BYTES);
                Scratch table = new Scratch(16)) {
            for (int word = 0; word < words; word++) {
                int value = 0;
                for (int i = 0; i < 4; i++) {
                    value = value << 8 | host[4 * word + i] & 0xff;
                }
                instruction(program, 2 * word, LOAD_WORD, 0, source + 4 * word);
                instruction(program, 2 * word + 1, JUMP_EQUAL, instructions - 1 - (2 * word + 2), value);
            }
            instruction(program, instructions - 2, RETURN, 0, Integer.MAX_VALUE);
            instruction(program, instructions - 1, RETURN, 0, 0);
            table.window().putShort(0, (short) instructions);
            table.window().putLong(8, program.address());
            LinuxException.check(
                    "setsockopt(SO_ATTACH_FILTER)",
                    LibC.INSTANCE.setsockopt(socket.fd(), SOL_SOCKET, SO_ATTACH_FILTER, table.address(), 16));
        }
    }

    /** @param skip how many to leave out when a comparison fails */
    private static void instruction(Scratch program, int number, int operation, int skip, int value) {
        long at = (long) number * INSTRUCTION_BYTES;
        program.window().putShort(at, (short) operation);
        program.window().putByte(at + 3, (byte) skip);
        program.window().putInt(at + 4, value);
    }
}
