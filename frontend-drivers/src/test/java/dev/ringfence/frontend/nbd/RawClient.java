// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** A client that can say anything, byte by byte: the other end of the protocol, written independently of the server. */
final class RawClient implements AutoCloseable {
    private static final HexFormat HEX = HexFormat.of();

    private final SocketChannel socket;

    private RawClient(SocketChannel socket) {
        this.socket = socket;
    }

    static RawClient connect(NbdGateway gateway) throws IOException {
        NbdEndpoint.Unix endpoint = (NbdEndpoint.Unix) gateway.endpoint();
        return new RawClient(SocketChannel.open(UnixDomainSocketAddress.of(endpoint.path())));
    }

    /** Connected, greeted, and in the transmission phase with simple replies. */
    static RawClient simple(NbdGateway gateway) throws IOException {
        return connect(gateway).greet().go();
    }

    /** Connected, greeted, and in the transmission phase with structured replies. */
    static RawClient structured(NbdGateway gateway) throws IOException {
        RawClient client = connect(gateway).greet();
        client.option(8, new byte[0]);
        client.expect("0003e889045565a9 00000008 00000001 00000000");
        return client.go();
    }

    RawClient greet() throws IOException {
        expect("4e42444d41474943 49484156454f5054 0003");
        return send("00000003");
    }

    /** GO with the default export, whatever it says. */
    private RawClient go() throws IOException {
        option(7, HEX.parseHex("000000000000"));
        expect("0003e889045565a9 00000007 00000003 0000000c 0000");
        receive(10);
        expect("0003e889045565a9 00000007 00000003 0000000e 0003");
        receive(12);
        expect("0003e889045565a9 00000007 00000001 00000000");
        return this;
    }

    RawClient option(int option, byte[] data) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(16 + data.length);
        head.putLong(0x49484156454f5054L).putInt(option).putInt(data.length).put(data);
        return send(head.flip());
    }

    RawClient option(int option, String hexOrText) throws IOException {
        return option(option, hex(hexOrText));
    }

    RawClient request(int flags, int type, long cookie, long offset, int length, byte... payload) throws IOException {
        ByteBuffer request = ByteBuffer.allocate(28 + payload.length);
        request.putInt(0x25609513).putShort((short) flags).putShort((short) type);
        request.putLong(cookie).putLong(offset).putInt(length).put(payload);
        return send(request.flip());
    }

    RawClient read(long cookie, long offset, int length) throws IOException {
        return request(0, 0, cookie, offset, length);
    }

    RawClient write(long cookie, long offset, byte... payload) throws IOException {
        return request(0, 1, cookie, offset, payload.length, payload);
    }

    RawClient disconnect() throws IOException {
        return request(0, 2, 0, 0, 0);
    }

    RawClient send(String hex) throws IOException {
        return send(ByteBuffer.wrap(hex(hex)));
    }

    RawClient send(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            socket.write(bytes);
        }
        return this;
    }

    /** Sends while the server takes it; false once it has stopped reading for good. */
    boolean sendSome(ByteBuffer bytes) throws IOException {
        socket.configureBlocking(false);
        try {
            return socket.write(bytes) > 0;
        } finally {
            socket.configureBlocking(true);
        }
    }

    byte[] receive(int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        while (buffer.hasRemaining()) {
            if (socket.read(buffer) < 0) {
                throw new EOFException("the server closed after " + buffer.position() + " of " + bytes + " bytes");
            }
        }
        return buffer.array();
    }

    /** Text in quotes stands for itself, the rest is hexadecimal; blanks don't count. */
    RawClient expect(String hexOrText) throws IOException {
        byte[] expected = hex(hexOrText);
        String received = HEX.formatHex(receive(expected.length));
        if (!received.equals(HEX.formatHex(expected))) {
            throw new AssertionError("expected " + HEX.formatHex(expected) + " but received " + received);
        }
        return this;
    }

    RawClient expectSimple(int error, long cookie) throws IOException {
        return expect("67446698 %08x %016x".formatted(error, cookie));
    }

    /** The whole reply is an error chunk; its message is anything. */
    RawClient expectErrorChunk(int error, long cookie) throws IOException {
        expect("668e33ef 0001 8001 %016x".formatted(cookie));
        ByteBuffer rest = ByteBuffer.wrap(receive(10));
        int length = rest.getInt();
        if (rest.getInt() != error) {
            throw new AssertionError("expected error " + error + " but received " + rest.getInt(4));
        }
        int messageBytes = rest.getShort();
        if (messageBytes != length - 6) {
            throw new AssertionError("message length " + messageBytes + " in a chunk of " + length);
        }
        receive(messageBytes);
        return this;
    }

    /** Waits for the server to hang up; what it still sends is dropped. */
    void expectClosed() throws IOException {
        ByteBuffer rest = ByteBuffer.allocate(1 << 16);
        try {
            while (socket.read(rest) >= 0) {
                rest.clear();
            }
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).contains("reset")) {
                throw e;
            }
        }
    }

    static byte[] hex(String hexOrText) {
        StringBuilder hex = new StringBuilder();
        String[] parts = hexOrText.split("\"", -1);
        for (int i = 0; i < parts.length; i++) {
            hex.append(
                    i % 2 == 0 ? parts[i].replace(" ", "") : HEX.formatHex(parts[i].getBytes(StandardCharsets.UTF_8)));
        }
        return HEX.parseHex(hex);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
