// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import dev.ringfence.frontend.block.BlockFrontend;
import dev.ringfence.frontend.block.BlockQueue;
import io.netty.channel.Channel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Exports a guest's disk over NBD, so that every NBD client of Linux is a guest: the kernel's, QEMU, libnbd, fio.
 *
 * <p>One event loop thread a queue of the disk, and no other: from {@link #start} until {@link #close} has returned,
 * the queues belong to these threads. The disk stays its caller's to close, after the gateway.
 */
public final class NbdGateway implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NbdGateway.class);

    private final String exportName;
    private final NbdTuning tuning;
    private final List<QueueThread> threads = new ArrayList<>();
    private final ChannelGroup clients = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE, true);
    private final Violations violations = new Violations();
    private final ListeningSocket listening;
    private boolean closed;

    private NbdGateway(String exportName, NbdTuning tuning, ListeningSocket listening) {
        this.exportName = exportName;
        this.tuning = tuning;
        this.listening = listening;
    }

    /** Starts with {@link NbdTuning#defaults}. */
    public static NbdGateway start(BlockFrontend disk, NbdEndpoint endpoint, String exportName) throws IOException {
        return start(disk, endpoint, exportName, NbdTuning.defaults());
    }

    /**
     * Listens at once. A client finds the disk by the export's name, or by the empty one.
     *
     * @throws IllegalArgumentException for a name of more than 4096 bytes, or with a NUL in it
     * @throws IOException naming the endpoint, when the address is in use or can't be bound
     * @throws IllegalStateException where Netty's native epoll transport can't be loaded
     */
    public static NbdGateway start(BlockFrontend disk, NbdEndpoint endpoint, String exportName, NbdTuning tuning)
            throws IOException {
        if (!Epoll.isAvailable()) {
            throw new IllegalStateException(
                    "the NBD gateway needs epoll: Linux, and netty-transport-native-epoll for this machine's"
                            + " architecture on the class path",
                    Epoll.unavailabilityCause());
        }
        NbdExport.checkName(exportName);
        NbdGateway gateway = new NbdGateway(exportName, tuning, ListeningSocket.open(endpoint));
        try {
            gateway.serve(disk.queues());
        } catch (RuntimeException e) {
            gateway.close();
            throw e;
        }
        LOG.info("NBD export \"{}\" on {}", exportName, gateway.endpoint());
        return gateway;
    }

    private void serve(List<? extends BlockQueue> queues) {
        for (BlockQueue queue : queues) {
            QueueThread thread = new QueueThread(queue, "nbd-" + exportName + "-" + threads.size(), tuning);
            threads.add(thread);
            thread.start();
        }
        Channel server = listening.channel();
        server.pipeline().addLast(new Acceptor(exportName, threads, clients, violations, tuning));
        threads.get(0).eventLoop().register(server).syncUninterruptibly();
    }

    /** Where it listens; with the real port if the endpoint asked for port 0. */
    public NbdEndpoint endpoint() {
        return listening.endpoint();
    }

    /** What libnbd, QEMU and fio call this export. */
    public String uri() {
        return endpoint().uri(exportName);
    }

    /** Clients connected now. */
    public int connections() {
        return clients.size();
    }

    /** Connections closed so far because the client broke the protocol. */
    public long violations() {
        return violations.count();
    }

    /** Takes no more requests, waits a bounded time for those in flight, and returns once its threads have ended. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            listening.close();
        } catch (IOException e) {
            LOG.warn("can't remove the socket of {}", endpoint(), e);
        }
        clients.forEach(client -> client.eventLoop().execute(() -> drain(client)));
        if (!clients.newCloseFuture().awaitUninterruptibly(tuning.drain().toMillis())) {
            LOG.warn("NBD export \"{}\": dropping {} clients with requests in flight", exportName, clients.size());
            clients.close().awaitUninterruptibly();
        }
        threads.forEach(QueueThread::stop);
    }

    private static void drain(Channel client) {
        NbdConnection connection = client.pipeline().get(NbdConnection.class);
        if (connection == null) {
            client.close();
        } else {
            connection.drain();
        }
    }
}
