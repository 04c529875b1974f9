// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.domain;

import dev.ringfence.store.StoreTransport;
import java.util.function.Consumer;

/** Store packets beside the other messages of a domain's channel. */
final class ChannelStoreTransport implements StoreTransport {
    private final DomainChannel channel;
    private volatile Consumer<byte[]> receiver = packet -> {};
    private volatile Runnable closedListener = () -> {};

    ChannelStoreTransport(DomainChannel channel) {
        this.channel = channel;
    }

    @Override
    public void send(byte[] packet) {
        channel.send(new Message.Store(packet));
    }

    @Override
    public void onPacket(Consumer<byte[]> newReceiver) {
        receiver = newReceiver;
    }

    @Override
    public void onClosed(Runnable listener) {
        closedListener = listener;
    }

    /** The channel has ended: nothing will be answered any more. */
    void closed() {
        closedListener.run();
    }

    void received(byte[] packet) {
        receiver.accept(packet);
    }

    /** The channel serves more than the store and stays open. */
    @Override
    public void close() {
        receiver = packet -> {};
    }
}
