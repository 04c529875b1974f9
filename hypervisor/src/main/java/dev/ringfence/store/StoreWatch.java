// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A watch that a {@link StoreClient} set; lasts until it or the client is closed. */
public final class StoreWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreWatch.class);

    private final StoreClient client;
    private final String path;
    private final String token;
    private final String wireToken;
    private final BiConsumer<String, String> listener;
    private volatile boolean closed;
    private volatile boolean set;

    StoreWatch(StoreClient client, String path, String token, String wireToken, BiConsumer<String, String> listener) {
        this.client = client;
        this.path = path;
        this.token = token;
        this.wireToken = wireToken;
        this.listener = listener;
    }

    public String path() {
        return path;
    }

    public String token() {
        return token;
    }

    /** Ends the watch. No event is begun to be delivered after this returns. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            client.unwatch(this);
        }
    }

    /** What stands for the token on the wire: unlike it, unique among the client's watches. */
    String wireToken() {
        return wireToken;
    }

    /** The store has it. */
    void set() {
        set = true;
    }

    boolean isSet() {
        return set;
    }

    void deliver(String changedPath) {
        if (closed) {
            return;
        }
        try {
            listener.accept(changedPath, token);
        } catch (RuntimeException e) {
            LOG.error("The listener of the watch on {} failed on {}", path, changedPath, e);
        }
    }
}
