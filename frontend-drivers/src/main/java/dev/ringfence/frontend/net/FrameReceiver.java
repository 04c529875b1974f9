// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.net;

/** Who takes what a NIC receives. */
@FunctionalInterface
public interface FrameReceiver {
    /** @param frame to be used during the call alone: its buffers are the driver's again afterwards */
    void received(IncomingFrame frame);
}
