// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.memory;

/** A network interface by its name, in the network namespace of the calling thread: netdevice(7). */
public final class NetworkInterface implements AutoCloseable {
    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final int ARPHRD_ETHER = 1;
    private static final long SIOCGIFFLAGS = 0x8913;
    private static final long SIOCSIFFLAGS = 0x8914;
    private static final long SIOCSIFMTU = 0x8922;
    private static final long SIOCSIFHWADDR = 0x8924;
    private static final int IFF_UP = 1;

    /** Where a {@code struct ifreq} has what it is about. */
    private static final int VALUE = 16;

    private final String name;
    /** Any socket will do. */
    private final Descriptor socket;

    public NetworkInterface(String name) {
        this.name = name;
        this.socket =
                new Descriptor(LinuxException.check("socket", LibC.INSTANCE.socket(AF_INET, SOCK_DGRAM_CLOEXEC, 0)));
    }

    /** @param address an Ethernet address, its first octet in bits 40 to 47 */
    public void address(long address) {
        try (Scratch request = TapDevice.request(name)) {
            request.window().putShort(VALUE, (short) ARPHRD_ETHER);
            request.window().putLong(VALUE + 2, Long.reverseBytes(address) >>> 16);
            call("SIOCSIFHWADDR", SIOCSIFHWADDR, request);
        }
    }

    public void mtu(int bytes) {
        try (Scratch request = TapDevice.request(name)) {
            request.window().putInt(VALUE, bytes);
            call("SIOCSIFMTU", SIOCSIFMTU, request);
        }
    }

    public void up() {
        try (Scratch request = TapDevice.request(name)) {
            call("SIOCGIFFLAGS", SIOCGIFFLAGS, request);
            request.window().putShort(VALUE, (short) (request.window().getShort(VALUE) | IFF_UP));
            call("SIOCSIFFLAGS", SIOCSIFFLAGS, request);
        }
    }

    private void call(String what, long number, Scratch request) {
        LinuxException.check(
                "ioctl(" + what + " " + name + ")", LibC.INSTANCE.ioctl(socket.fd(), number, request.address()));
    }

    @Override
    public void close() {
        socket.close();
    }
}
