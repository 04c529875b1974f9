// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A TAP device in a namespace of its own, with the kernel at its other end. */
class TapDeviceTest {
    private static final int HEADER = 10;
    private static final int FRAME = 512;
    private static final long SIOCSIFADDR = 0x8916;
    private static final String ADDRESS = "020000000001";
    private static final String PEER = "02000000000f";
    private static final String ARP = "0806" + "0001" + "0800" + "06" + "04";
    private static final String REQUEST =
            "ffffffffffff" + PEER + ARP + "0001" + PEER + "0a63000f" + "000000000000" + "0a630001";
    private static final String REPLY = PEER + ADDRESS + ARP + "0002" + ADDRESS + "0a630001" + PEER + "0a63000f";

    @AutoClose
    private final SharedMemory memory = SharedMemory.create("test-tap", 3L * SharedMemory.PAGE_BYTES);

    private final Window window = memory.window();
    private final IoVector vector = new IoVector(4);

    private static <T> T inNamespace(Callable<T> task) throws Exception {
        assumeTrue(Files.exists(Path.of("/dev/net/tun")), "needs the TUN driver");
        try {
            return NetworkNamespace.inNew(task);
        } catch (LinuxException e) {
            assumeTrue(e.errno() != Errno.EPERM, "needs CAP_SYS_ADMIN and CAP_NET_ADMIN");
            throw e;
        }
    }

    /** Up, with an Ethernet address and 10.99.0.1. */
    private static Descriptor linkUp(boolean multiQueue) {
        Descriptor tap = TapDevice.open("rf%d", multiQueue, true);
        try (NetworkInterface link = new NetworkInterface(TapDevice.name(tap));
                Descriptor socket = new Descriptor(LibC.INSTANCE.socket(2, 2, 0))) {
            link.address(Long.parseLong(ADDRESS, 16));
            link.mtu(9000);
            Scratch request = TapDevice.request(TapDevice.name(tap));
            request.window().putShort(16, (short) 2);
            request.window().putInt(20, 0x0100630a);
            LinuxException.check("SIOCSIFADDR", LibC.INSTANCE.ioctl(socket.fd(), SIOCSIFADDR, request.address()));
            link.up();
        }
        return tap;
    }

    private void send(Descriptor tap, String frame) {
        byte[] bytes = HexFormat.of().parseHex(frame);
        window.fill(0, HEADER, (byte) 0);
        window.put(FRAME, bytes, 0, bytes.length);
        vector.clear();
        vector.add(window, 0, HEADER);
        vector.add(window, FRAME, bytes.length);
        assertThat(vector.send(tap)).isEqualTo(HEADER + bytes.length);
    }

    /** The next frame; empty when there is none yet. */
    private String receive(Descriptor tap) {
        vector.clear();
        vector.add(window, 0, HEADER);
        vector.add(window, FRAME, SharedMemory.PAGE_BYTES);
        long result = vector.receive(tap);
        if (result == -Errno.EAGAIN) {
            return "";
        }
        assertThat(result).isGreaterThan(HEADER);
        byte[] frame = new byte[(int) result - HEADER];
        window.get(FRAME, frame, 0, frame.length);
        return HexFormat.of().formatHex(frame);
    }

    @Test
    void theKernelIsAtTheOtherEnd() throws Exception {
        try (Descriptor tap = inNamespace(() -> linkUp(false))) {
            assertThat(TapDevice.name(tap)).isEqualTo("rf0");
            send(tap, REQUEST);
            await().until(() -> receive(tap).equals(REPLY));
        }
    }

    @Test
    void severalQueues() throws Exception {
        inNamespace(() -> {
            try (Descriptor first = TapDevice.open("rf0", true, true);
                    Descriptor second = TapDevice.open("rf0", true, true)) {
                assertThat(TapDevice.name(second)).isEqualTo(TapDevice.name(first));
            }
            return null;
        });
    }

    @Test
    void aQueueThatNobodyReadsGetsNoFrames() throws Exception {
        inNamespace(() -> {
            try (Descriptor first = linkUp(true);
                    Descriptor second = TapDevice.open(TapDevice.name(first), true, true)) {
                TapDevice.attach(second, false);
                TapDevice.attach(second, false);
                send(first, REQUEST);
                await().until(() -> receive(first).equals(REPLY));
                TapDevice.attach(second, true);
                TapDevice.attach(second, true);
                TapDevice.attach(first, false);
                send(second, REQUEST);
                await().until(() -> receive(second).equals(REPLY));
            }
            return null;
        });
    }

    @Test
    void whatSomebodyElseHas() throws Exception {
        inNamespace(() -> {
            try (Descriptor tap = TapDevice.open("rf0", false, true)) {
                assertThat(tap.fd()).isPositive();
                assertThatExceptionOfType(LinuxException.class)
                        .isThrownBy(() -> TapDevice.open("rf0", false, true))
                        .withMessage("ioctl(TUNSETIFF rf0): EBUSY");
            }
            return null;
        });
    }

    @Test
    void aNamespaceThatIsNotThere() {
        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(() -> NetworkNamespace.in("/run/netns/nobody-made-this", () -> null))
                .withMessageContaining("ENOENT");
    }

    @Test
    void anInterfaceThatIsNotThere() {
        try (NetworkInterface link = new NetworkInterface("nobody")) {
            assertThatExceptionOfType(LinuxException.class).isThrownBy(link::up).withMessageContaining("nobody");
        }
    }

    @Test
    void namesThatNoInterfaceHas() {
        assertThatIllegalArgumentException().isThrownBy(() -> TapDevice.open("sixteen-letters-", false, true));
    }
}
