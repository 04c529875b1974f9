// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import java.util.function.Consumer;

/** Carries whole packets of the XenStore wire protocol between a client and the store. */
public interface StoreTransport {
    /** Sends one packet, header and payload. Any thread. */
    void send(byte[] packet);

    /** Where packets from the store go from now on; called on a thread of the transport, and must not wait there. */
    void onPacket(Consumer<byte[]> receiver);

    void close();
}
