// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.net;

import dev.ringfence.memory.Doorbell;
import dev.ringfence.ring.FrontRing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What both queues of a pair are: a ring, a bell at either end, and an end once the driver broke the protocol. */
abstract class NetQueue {
    private static final Logger LOG = LoggerFactory.getLogger(NetQueue.class);

    final FrontRing ring;
    private final String name;
    private final Doorbell.Ringer driver;
    final Doorbell.Listener doorbell;
    private volatile String violation;

    /**
     * @param name for the log
     * @param ring initialised, with no more than that in it
     * @param driver rings at the driver
     * @param doorbell rings here
     */
    NetQueue(String name, FrontRing ring, Doorbell.Ringer driver, Doorbell.Listener doorbell) {
        this.name = name;
        this.ring = ring;
        this.driver = driver;
        this.doorbell = doorbell;
    }

    final void publishRing() {
        if (ring.publishRequests()) {
            driver.ring();
        }
    }

    final void breakDown(String reason) {
        violation = reason;
        LOG.error("{}: the back-end broke the protocol, its NIC is lost: {}", name, reason);
    }

    /** The NIC is gone. Any thread. */
    final void fail(String reason) {
        if (violation == null) {
            violation = reason;
        }
    }

    final boolean isBroken() {
        return violation != null;
    }

    /** Why nothing passes any more, or null. Any thread. */
    public final String violation() {
        return violation;
    }

    /** Asks to be rung when the driver has answered something. False: look again instead of sleeping. */
    public final synchronized boolean arm() {
        return violation == null && !ring.armAndRecheck();
    }

    /** For poll and epoll; {@link #await} takes what rang. */
    public final int doorbellFd() {
        return doorbell.fd();
    }

    /** Sleeps until the driver rings, after {@link #arm}; at most so long. */
    public final void await(int timeoutMillis) {
        doorbell.await(timeoutMillis);
    }

    /** For a back-end that starts afresh. */
    final void emptyRing() {
        if (violation != null) {
            throw new IllegalStateException("queue is broken: name=" + name + " violation=" + violation);
        }
        ring.initialise();
    }
}
