// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to a store over its UNIX socket, as that store's Domain 0. One thread reads and one writes: a channel closes
 * when a thread is interrupted in it, and an interrupted caller must not cost the other callers their connection.
 */
public final class SocketStoreTransport implements StoreTransport {
    private static final Logger LOG = LoggerFactory.getLogger(SocketStoreTransport.class);

    private final Path socket;
    private final SocketChannel channel;
    private final Thread reader;
    private final ExecutorService writer;
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile Consumer<byte[]> receiver = packet -> {};
    private volatile Runnable closeListener = () -> {};

    private SocketStoreTransport(Path socket, SocketChannel channel) {
        this.socket = socket;
        this.channel = channel;
        this.reader = daemon(this::readPackets, "store-reader");
        this.writer = Executors.newSingleThreadExecutor(task -> daemon(task, "store-writer"));
    }

    /** Connects to the socket of a {@link StoreServer}, or of a real xenstored. */
    public static SocketStoreTransport connect(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        return new SocketStoreTransport(socket, channel);
    }

    @Override
    public void send(byte[] packet) {
        try {
            writer.execute(() -> write(packet));
        } catch (RejectedExecutionException e) {
            throw new StoreException(StoreError.ENOTCONN, socket.toString());
        }
    }

    @Override
    public void onPacket(Consumer<byte[]> receiver) {
        this.receiver = receiver;
        if (started.compareAndSet(false, true)) {
            reader.start();
        }
    }

    @Override
    public void onClosed(Runnable listener) {
        closeListener = listener;
        if (closed.get()) {
            listener.run();
        }
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        writer.shutdownNow();
        try {
            channel.close();
        } catch (IOException e) {
            LOG.warn("Could not close the connection to {}: {}", socket, e.toString());
        }
        closeListener.run();
    }

    private void write(byte[] packet) {
        ByteBuffer buffer = ByteBuffer.wrap(packet);
        try {
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } catch (IOException e) {
            lost(e.toString());
        }
    }

    private void readPackets() {
        ByteBuffer packet = ByteBuffer.allocate(StoreMessage.HEADER_BYTES + StoreMessage.PAYLOAD_BYTES_MAX)
                .order(ByteOrder.LITTLE_ENDIAN);
        try {
            while (readPacket(packet)) {
                byte[] bytes = new byte[packet.flip().remaining()];
                packet.get(bytes);
                receiver.accept(bytes);
            }
            lost("the store closed it");
        } catch (IOException | RuntimeException e) {
            lost(e.toString());
        }
    }

    /** False at the end of the stream. */
    private boolean readPacket(ByteBuffer packet) throws IOException {
        if (!fill(packet.clear().limit(StoreMessage.HEADER_BYTES))) {
            return false;
        }
        int length = packet.getInt(StoreMessage.LENGTH_OFFSET);
        if (length < 0 || length > StoreMessage.PAYLOAD_BYTES_MAX) {
            throw new IOException("the store sent a payload of " + Integer.toUnsignedString(length) + " bytes");
        }
        return fill(packet.limit(StoreMessage.HEADER_BYTES + length));
    }

    private boolean fill(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                return false;
            }
        }
        return true;
    }

    private void lost(String reason) {
        if (!closed.get()) {
            LOG.info("The connection to {} ended: {}", socket, reason);
        }
        close();
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
