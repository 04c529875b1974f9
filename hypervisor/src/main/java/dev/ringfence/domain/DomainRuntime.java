// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.domain;

import dev.ringfence.memory.LinuxException;
import dev.ringfence.memory.MessageSocket;
import dev.ringfence.memory.Processes;
import dev.ringfence.memory.ResourceLimits;
import dev.ringfence.memory.SeccompFilter;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A domain's process as seen from inside.
 *
 * <p>Connects to the hypervisor, says which process it is, then handles what it is told until it is told to stop. When the
 * hypervisor is gone the domain goes on: I/O needs none. Usually another one takes its place at the same channel.
 */
public final class DomainRuntime {
    private static final Logger LOG = LoggerFactory.getLogger(DomainRuntime.class);

    /** What a domain is for: a driver or a guest. */
    public interface Role {
        /** On the handler thread, one at a time. {@link Message.Shutdown} is among them. */
        void received(DomainChannel.Request request);
    }

    private final DomainOptions options;
    private final DomainChannel channel;
    private final ChannelStoreTransport store;
    private final Hypercalls hypercalls;
    private volatile boolean heard;

    /** Connects; an uncaught exception on any thread is the end of this process from now on. */
    public DomainRuntime(DomainOptions options) {
        this.options = options;
        Thread.setDefaultUncaughtExceptionHandler((thread, error) -> {
            LOG.error("{}: thread {} died, so this process does", options.name(), thread.getName(), error);
            Processes.killSelf();
        });
        ResourceLimits.noCoreDumps();
        this.channel = new DomainChannel(options.name(), MessageSocket.connect(options.socket()));
        this.store = new ChannelStoreTransport(channel);
        this.hypercalls = new Hypercalls(channel, store);
    }

    public DomainOptions options() {
        return options;
    }

    public Hypercalls hypercalls() {
        return hypercalls;
    }

    /** Takes away what a driver never needs again, for all its threads. After this, no new sockets and no programs. */
    public void confine() {
        try {
            SeccompFilter.confineDriver();
        } catch (LinuxException e) {
            LOG.warn("{}: runs without a system call filter: {}", options.name(), e.getMessage());
        }
    }

    /** Begins to handle messages. */
    public void start(Role role) {
        channel.start(new DomainChannel.Handler() {
            @Override
            public void received(DomainChannel.Request request) {
                heard = true;
                role.received(request);
            }

            @Override
            public void store(byte[] packet) {
                heard = true;
                store.received(packet);
            }

            @Override
            public void adopted() {
                store.restarted();
                LOG.info("{}: another hypervisor has taken over", options.name());
            }

            @Override
            public void closed() {
                store.closed();
                if (!heard) {
                    LOG.warn("{}: the hypervisor is gone before it has said anything", options.name());
                    Processes.killSelf();
                }
                LOG.warn("{}: the hypervisor is gone; serving on without it", options.name());
            }
        });
        channel.send(new Message.Hello(options.process()));
    }

    /** Keeps the calling thread, and with it the process: all others are daemons, and the process ends when told to. */
    public void stay() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("the main thread of a domain is never interrupted", e);
        }
    }

    /** Tells the hypervisor that this process can serve. */
    public void ready() {
        channel.send(new Message.Ready());
    }
}
