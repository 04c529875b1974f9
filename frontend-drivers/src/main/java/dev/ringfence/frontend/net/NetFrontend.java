// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.net;

import java.util.List;

/** A guest's NIC, connected. Frames of one flow should stay on one pair of queues: order is kept within a queue alone. */
public interface NetFrontend extends AutoCloseable {
    NicInfo info();

    /** One a pair; each for one thread at a time. */
    List<TransmitQueue> transmitQueues();

    List<ReceiveQueue> receiveQueues();

    @Override
    void close();
}
