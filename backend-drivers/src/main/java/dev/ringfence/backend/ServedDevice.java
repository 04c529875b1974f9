// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend;

import java.util.Map;

/** A device of this driver domain, open in this process. Shared by all its connections. */
public interface ServedDevice extends AutoCloseable {
    /** Bytes a slot of its rings takes. */
    int entryBytes();

    /** Most queues a connection may have. */
    int maxQueues();

    /** What the back-end writes into its store directory before it waits for the front-end: feature keys. */
    Map<String, String> features(boolean readOnly);

    /** What it adds before it is Connected: geometry. */
    Map<String, String> properties(boolean readOnly);

    /** A connection to be served, its queues one after the other. */
    Services connect();

    /** Makes the service of each queue of one connection. */
    interface Services {
        /** Called before the queue's lease is held: touches no shared page. */
        QueueService service(QueueContext context);
    }

    @Override
    void close();
}
