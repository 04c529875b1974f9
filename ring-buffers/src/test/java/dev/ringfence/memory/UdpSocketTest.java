// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UdpSocketTest {
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.US_ASCII);

    @AutoClose
    private final SharedMemory memory = SharedMemory.create("test-udp", SharedMemory.PAGE_BYTES);

    private final Window window = memory.window();
    private final IoVector vector = new IoVector(1);

    private static int freePort(InetAddress host) throws Exception {
        try (DatagramSocket socket = new DatagramSocket(0, host)) {
            return socket.getLocalPort();
        }
    }

    private long receive(Descriptor socket) {
        vector.clear();
        vector.add(window, 0, 100);
        return vector.receive(socket);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void whatIsSentArrives(String host) throws Exception {
        InetAddress address = InetAddress.getByName(host);
        int port = freePort(address);
        try (Descriptor listener = UdpSocket.listen(port, address);
                Descriptor sender = UdpSocket.connect(new InetSocketAddress(address, port))) {
            assertThat(receive(listener)).isEqualTo(-Errno.EAGAIN);
            window.put(200, HELLO, 0, HELLO.length);
            vector.clear();
            vector.add(window, 200, HELLO.length);
            assertThat(vector.send(sender)).isEqualTo(HELLO.length);
            await().until(() -> receive(listener) == HELLO.length);
            byte[] received = new byte[HELLO.length];
            window.get(0, received, 0, received.length);
            assertThat(received).isEqualTo(HELLO);
        }
    }

    /** The stranger's comes first, and is not there when the peer's is. */
    @Test
    void strangersAreNotHeard() throws Exception {
        InetAddress peer = InetAddress.getByAddress(new byte[] {127, 0, 0, 9});
        InetAddress stranger = InetAddress.getByAddress(new byte[] {127, 0, 0, 8});
        int port = freePort(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        InetSocketAddress to = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        try (Descriptor listener = UdpSocket.listen(port, peer);
                DatagramSocket one = new DatagramSocket(0, stranger);
                DatagramSocket other = new DatagramSocket(0, peer)) {
            one.send(new DatagramPacket(new byte[33], 33, to));
            other.send(new DatagramPacket(HELLO, HELLO.length, to));
            await().until(() -> receive(listener) == HELLO.length);
            assertThat(receive(listener)).isEqualTo(-Errno.EAGAIN);
        }
    }

    @Test
    void aPortThatSomebodyHas() throws Exception {
        InetAddress any = InetAddress.getByAddress(new byte[4]);
        try (DatagramSocket owner = new DatagramSocket(0, any)) {
            assertThatExceptionOfType(LinuxException.class)
                    .isThrownBy(() -> UdpSocket.listen(owner.getLocalPort(), InetAddress.getLoopbackAddress()))
                    .withMessageContaining("EADDRINUSE");
        }
    }
}
