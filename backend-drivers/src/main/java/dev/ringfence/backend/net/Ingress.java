// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.protocol.FrameHeaders;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A port of a switch as what comes in by it finds it: which frames it lets in. Any thread. */
final class Ingress {
    private static final Logger LOG = LoggerFactory.getLogger(Ingress.class);

    private final String name;
    private final int number;
    private final Optional<SourceRule> rule;
    private final StormGuard guard;
    private final AtomicBoolean spoofingTold = new AtomicBoolean();
    private final AtomicBoolean stormTold = new AtomicBoolean();

    /**
     * @param name for messages
     * @param number of the port
     * @param rule empty: everybody may be behind it
     */
    Ingress(String name, int number, Optional<SourceRule> rule, StormGuard guard) {
        this.name = name;
        this.number = number;
        this.rule = rule;
        this.guard = guard;
    }

    int number() {
        return number;
    }

    /** Whether a frame may be from here. The first that may not is told of. */
    boolean admits(FrameHeaders headers) {
        boolean admitted = rule.isEmpty() || rule.get().admits(headers);
        if (!admitted && spoofingTold.compareAndSet(false, true)) {
            LOG.warn(
                    "{}: sends as somebody else, from {}, type {}; such frames are dropped",
                    name,
                    "%012x".formatted(headers.source()),
                    "%04x".formatted(headers.etherType()));
        }
        return admitted;
    }

    /** Whether a frame may be copied for everybody. */
    boolean admitsForAll(long nowNanos) {
        boolean admitted = guard.admits(nowNanos);
        if (!admitted && stormTold.compareAndSet(false, true)) {
            LOG.warn("{}: sends more frames for everybody than its \"broadcasts\"; the others are dropped", name);
        }
        return admitted;
    }
}
