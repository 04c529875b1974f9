// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import dev.ringfence.store.StoreTransport;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** A way to the store whose end can be waited for. */
final class EndingTransport implements StoreTransport {
    private final StoreTransport transport;
    private final CountDownLatch ended = new CountDownLatch(1);

    EndingTransport(StoreTransport transport) {
        this.transport = transport;
    }

    /** Returns once either side has closed. */
    void awaitEnd() throws InterruptedException {
        ended.await();
    }

    @Override
    public void send(byte[] packet) {
        transport.send(packet);
    }

    @Override
    public void onPacket(Consumer<byte[]> receiver) {
        transport.onPacket(receiver);
    }

    @Override
    public void onClosed(Runnable listener) {
        transport.onClosed(() -> {
            listener.run();
            ended.countDown();
        });
    }

    @Override
    public void close() {
        transport.close();
    }
}
