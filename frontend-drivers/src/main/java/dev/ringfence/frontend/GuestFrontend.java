// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend;

/** A front-end as whoever owns a guest's devices sees it, whatever it is. */
public interface GuestFrontend extends AutoCloseable {
    /** The handshake, to be started by the owner of the device. */
    FrontendHandshake handshake();

    /** Ends the connection; requests still in flight are failed. */
    @Override
    void close();

    /** Lets go of its memory and channels: the device is gone, and no thread will ever touch a queue or a buffer again. */
    void free();
}
