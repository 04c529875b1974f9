// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.memory;

import java.nio.charset.StandardCharsets;

/**
 * A network interface whose wire is an open file: what the kernel sends comes out of it, what is written the kernel receives
 * ({@code Documentation/networking/tuntap.rst}). Each frame has a {@code struct virtio_net_hdr} of 10 bytes before it, by
 * which checksums and the cutting of large TCP segments are left to whoever is last.
 *
 * <p>The interface goes with the last of its open files, so whoever keeps one keeps the link up. Files don't block: {@link
 * IoVector#receive} and {@link IoVector#send} one frame a call.
 */
public final class TapDevice {
    private static final String CONTROL = "/dev/net/tun";
    private static final int O_RDWR_NONBLOCK_CLOEXEC = 0x2 | 0x800 | 0x80000;

    private static final long TUNSETIFF = 0x400454caL;
    private static final long TUNGETIFF = 0x800454d2L;
    private static final long TUNSETOFFLOAD = 0x400454d0L;
    private static final long TUNSETQUEUE = 0x400454d9L;
    private static final int IFF_TAP = 0x2;
    private static final int IFF_MULTI_QUEUE = 0x100;
    private static final int IFF_ATTACH_QUEUE = 0x200;
    private static final int IFF_DETACH_QUEUE = 0x400;
    private static final int IFF_NO_PI = 0x1000;
    private static final int IFF_VNET_HDR = 0x4000;
    private static final int TUN_F_CSUM = 0x1;
    private static final int TUN_F_TSO4 = 0x2;
    private static final int TUN_F_TSO6 = 0x4;
    private static final int TUN_F_TSO_ECN = 0x8;

    /** {@code struct ifreq}: a name of 16 bytes, then by kind of request. */
    private static final int IFREQ_BYTES = 40;

    private static final int NAME_BYTES = 16;

    private TapDevice() {}

    /**
     * Makes an interface, or another queue of one, in the network namespace of the calling thread.
     *
     * @param name at most 15 bytes; {@code %d} in it becomes the first free number
     * @param multiQueue to be said of each queue, the first one too
     * @param offload the kernel may hand over frames whose checksum is blank, and TCP segments of up to 64 KiB
     * @throws LinuxException ENOENT when the host has no TUN driver, EPERM when we may not, EBUSY when somebody has it
     */
    public static Descriptor open(String name, boolean multiQueue, boolean offload) {
        if (name.getBytes(StandardCharsets.UTF_8).length >= NAME_BYTES) {
            throw new IllegalArgumentException("an interface's name has at most 15 bytes: name=" + name);
        }
        int fd = LinuxException.check("open " + CONTROL, LibC.INSTANCE.open(CONTROL, O_RDWR_NONBLOCK_CLOEXEC, 0));
        Descriptor queue = new Descriptor(fd);
        try {
            try (Scratch request = request(name)) {
                int flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR | (multiQueue ? IFF_MULTI_QUEUE : 0);
                request.window().putShort(NAME_BYTES, (short) flags);
                check("ioctl(TUNSETIFF " + name + ")", fd, TUNSETIFF, request.address());
                offload(queue, offload, offload, offload);
                return queue;
            }
        } catch (LinuxException e) {
            queue.close();
            throw e;
        }
    }

    /**
     * What the kernel may leave to whoever reads; for all queues of the interface.
     *
     * @param checksums TCP's and UDP's; without them segments are cut too
     * @param segmentsV4 of TCP over IPv4, up to 64 KiB
     */
    public static void offload(Descriptor queue, boolean checksums, boolean segmentsV4, boolean segmentsV6) {
        int segments = (segmentsV4 ? TUN_F_TSO4 | TUN_F_TSO_ECN : 0) | (segmentsV6 ? TUN_F_TSO6 | TUN_F_TSO_ECN : 0);
        check("ioctl(TUNSETOFFLOAD)", queue.fd(), TUNSETOFFLOAD, checksums ? TUN_F_CSUM | segments : 0);
    }

    /**
     * Has the kernel spread frames over a queue of several, or not any more. Whoever shares the open file shares this.
     *
     * @throws LinuxException when it is no queue of several
     */
    public static void attach(Descriptor queue, boolean attached) {
        try (Scratch request = request("")) {
            check("ioctl(TUNGETIFF)", queue.fd(), TUNGETIFF, request.address());
            boolean isAttached = (request.window().getShort(NAME_BYTES) & IFF_DETACH_QUEUE) == 0;
            if (attached != isAttached) {
                request.window().putShort(NAME_BYTES, (short) (attached ? IFF_ATTACH_QUEUE : IFF_DETACH_QUEUE));
                check("ioctl(TUNSETQUEUE)", queue.fd(), TUNSETQUEUE, request.address());
            }
        }
    }

    /** The interface's name, as the kernel has it. */
    public static String name(Descriptor queue) {
        try (Scratch request = request("")) {
            check("ioctl(TUNGETIFF)", queue.fd(), TUNGETIFF, request.address());
            return name(request);
        }
    }

    static Scratch request(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        Scratch request = new Scratch(IFREQ_BYTES);
        request.window().put(0, bytes, 0, bytes.length);
        return request;
    }

    private static String name(Scratch request) {
        byte[] bytes = new byte[NAME_BYTES];
        request.window().get(0, bytes, 0, NAME_BYTES);
        return new String(bytes, StandardCharsets.UTF_8).replaceFirst("\0.*", "");
    }

    private static void check(String call, int fd, long request, long argument) {
        LinuxException.check(call, LibC.INSTANCE.ioctl(fd, request, argument));
    }
}
