// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.domain;

import dev.ringfence.store.StoreTransport;
import java.util.function.Consumer;

/** Store packets beside the other messages of a domain's channel. */
final class ChannelStoreTransport implements StoreTransport {
    private final DomainChannel channel;
    private volatile Consumer<byte[]> receiver = packet -> {};

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

    void received(byte[] packet) {
        receiver.accept(packet);
    }

    /** The channel serves more than the store and stays open. */
    @Override
    public void close() {
        receiver = packet -> {};
    }
}
