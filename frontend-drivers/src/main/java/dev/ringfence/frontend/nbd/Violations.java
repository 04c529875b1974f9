// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import io.netty.channel.Channel;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends connections that can't go on. What clients did against the protocol is counted, and logged once, so that a
 * hostile one can't fill the log.
 */
final class Violations {
    private static final Logger LOG = LoggerFactory.getLogger(NbdGateway.class);

    private final AtomicLong count = new AtomicLong();

    /** Ends the connection that did it, and nothing else. */
    void punish(Channel channel, String what) {
        if (count.getAndIncrement() == 0) {
            LOG.warn("closing an NBD connection: {}; later ones are counted and logged at debug level", what);
        } else {
            LOG.debug("closing an NBD connection: {}", what);
        }
        channel.close();
    }

    /** A handler threw: the client has gone, or we have a bug; either way the connection ends. */
    static void fail(Channel channel, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.debug("{}: the client is gone", channel, cause);
        } else {
            LOG.error("{}: closing the connection", channel, cause);
        }
        channel.close();
    }

    long count() {
        return count.get();
    }
}
