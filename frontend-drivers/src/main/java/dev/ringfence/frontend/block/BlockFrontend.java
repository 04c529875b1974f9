// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

import java.util.List;

/** A connected disk of a guest. Closing it ends the connection; requests still in flight are failed. */
public interface BlockFrontend extends AutoCloseable {
    DiskInfo info();

    /** At least one; each is confined to a thread of the caller's choice. */
    List<? extends BlockQueue> queues();

    @Override
    void close();
}
