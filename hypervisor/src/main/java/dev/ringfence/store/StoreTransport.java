// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import java.util.function.Consumer;

/** How a {@link StoreClient} reaches the store: whole packets of the XenStore wire protocol, in order, both ways. */
public interface StoreTransport extends AutoCloseable {
    /** Sends a packet. Any thread may call; throws a {@link StoreException} with {@code ENOTCONN} once closed. */
    void send(byte[] packet);

    /** Who gets the packets that arrive, one at a time; set before the first packet is sent. It never blocks. */
    void onPacket(Consumer<byte[]> receiver);

    /**
     * What to run when no more packet can arrive, whichever side closed. A transport that cannot tell runs nothing:
     * calls under way then end by their timeout.
     */
    default void onClosed(Runnable listener) {}

    /**
     * What to run when the store at the other end has been replaced by one that has the same tree but knows none of our
     * watches, transactions and requests. It runs with no section of {@link #exclusively} under way, and must not wait.
     */
    default void onRestart(Runnable listener) {}

    /** Runs what no restart may come into the middle of; it may send, but not wait for an answer. */
    default void exclusively(Runnable section) {
        section.run();
    }

    /** How long to wait for an answer, for those who have no better idea. */
    default long timeoutMillis() {
        return 5_000;
    }

    @Override
    void close();
}
