// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.domain;

import dev.ringfence.store.StoreTransport;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Store packets beside the other messages of a domain's channel. */
final class ChannelStoreTransport implements StoreTransport {
    private final DomainChannel channel;
    private volatile Consumer<byte[]> receiver = packet -> {};
    private volatile Runnable closedListener = () -> {};
    private volatile Runnable restartListener = () -> {};

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

    @Override
    public void onRestart(Runnable listener) {
        restartListener = listener;
    }

    @Override
    public void exclusively(Runnable section) {
        channel.exclusively(section);
    }

    /** A hypervisor that is away may take its time to come back; one that is gone for good ends the channel. */
    @Override
    public long timeoutMillis() {
        return TimeUnit.DAYS.toMillis(365);
    }

    /** Within the channel's exclusive section. */
    void restarted() {
        restartListener.run();
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
