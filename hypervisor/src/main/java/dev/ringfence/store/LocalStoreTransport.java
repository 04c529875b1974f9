// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import java.util.function.Consumer;

/** The way to a store in the same process. Replies arrive while the request is being sent. */
public final class LocalStoreTransport implements StoreTransport {
    private final StoreSession session;
    private volatile Consumer<byte[]> receiver = packet -> {};

    public LocalStoreTransport(XenStore store, int domid) {
        session = store.connect(domid, packet -> receiver.accept(packet));
    }

    @Override
    public void send(byte[] packet) {
        if (!session.isOpen()) {
            throw new StoreException(StoreError.ENOTCONN, "domain " + session.domid());
        }
        session.receive(packet);
    }

    @Override
    public void onPacket(Consumer<byte[]> receiver) {
        this.receiver = receiver;
    }

    @Override
    public void onClosed(Runnable listener) {
        session.onEnd(listener);
    }

    @Override
    public void close() {
        session.close();
    }
}
