// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend;

import dev.ringfence.domain.ConnectionSpec;
import dev.ringfence.domain.QueueSpec;
import dev.ringfence.domain.ReceiveMode;
import java.util.List;
import java.util.Map;

/** A device of this driver domain, open in this process. Shared by all its connections. */
public interface ServedDevice extends AutoCloseable {
    /**
     * Reads what a front-end published of its rings, and gets ready for them. For the owner; before a connection begins.
     *
     * @throws IllegalArgumentException naming the key that makes no sense
     */
    Rings rings(FrontendKeys keys);

    /**
     * @param slots of every ring
     * @param receive as both sides have agreed
     */
    record Rings(int slots, List<QueueSpec> queues, ReceiveMode receive) {
        /** Of a device to which nothing comes by itself. */
        public Rings(int slots, List<QueueSpec> queues) {
            this(slots, queues, ReceiveMode.COPY);
        }
    }

    /**
     * What the back-end writes into its store directory before it waits for the front-end: feature keys.
     *
     * @param connection the name of the connection that is to be
     */
    Map<String, String> features(String connection, boolean readOnly);

    /** What it adds before it is Connected: geometry. */
    Map<String, String> properties(boolean readOnly);

    /** A connection to be served, or waited for, its queues one after the other. In every process of the domain. */
    Services connect(ConnectionSpec connection);

    /** Makes the service of each queue of one connection. */
    interface Services {
        /** Called before the queue's lease is held: touches no shared page. */
        QueueService service(QueueContext context);

        /** The connection has ended in this process. The guest may already have another, to which this is nothing. Any thread. */
        default void close() {}
    }

    @Override
    void close();
}
