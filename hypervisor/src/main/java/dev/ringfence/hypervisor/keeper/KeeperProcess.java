// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.keeper;

import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.LinuxException;
import dev.ringfence.memory.MessageSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keeper's process. Holds what it is given until it is told to let go, whoever comes and goes meanwhile; ends when it
 * is told to, or when its last client leaves and there is nothing to hold.
 */
public final class KeeperProcess {
    private static final Logger LOG = LoggerFactory.getLogger(KeeperProcess.class);

    private static final long UNUSED_SECONDS = 60;

    private final MessageSocket listener;
    private final Holdings holdings = new Holdings();
    private final CountDownLatch end = new CountDownLatch(1);
    private int clients;
    /** By a client that has left. */
    private boolean spokenTo;

    private KeeperProcess(MessageSocket listener) {
        this.listener = listener;
    }

    /** @param arguments the socket to listen on, which must not exist, in a directory that only its owner can enter */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path path = Path.of(arguments[0]);
        MessageSocket listener = MessageSocket.listen(path);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        KeeperProcess keeper = new KeeperProcess(listener);
        Thread.setDefaultUncaughtExceptionHandler((thread, error) -> {
            LOG.error("thread {} died, so this process does", thread.getName(), error);
            keeper.end.countDown();
        });
        keeper.daemon("accept", keeper::acceptAll);
        keeper.awaitEnd();
        Files.deleteIfExists(path);
        System.exit(0);
    }

    /** Whoever started it may be dead before it has said a word. */
    private void awaitEnd() throws InterruptedException {
        if (!end.await(UNUSED_SECONDS, TimeUnit.SECONDS) && isUsed()) {
            end.await();
        }
    }

    private synchronized boolean isUsed() {
        return clients > 0 || !holdings.isEmpty();
    }

    private void daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void acceptAll() {
        while (end.getCount() > 0) {
            MessageSocket client = listener.accept();
            synchronized (this) {
                clients++;
            }
            daemon("client", () -> serve(client));
        }
    }

    private void serve(MessageSocket client) {
        boolean looked = true;
        try {
            Optional<MessageSocket.Message> received = client.receive();
            while (received.isPresent()) {
                looked = false;
                handle(client, received.get());
                received = client.receive();
            }
        } catch (LinuxException | IllegalArgumentException e) {
            // It notices that we are gone for it, and looks for another keeper.
            LOG.error("a client is let go: {}", e.toString());
        } finally {
            client.close();
            left(looked);
        }
    }

    /** @param looked it only wanted to know whether we are there */
    private synchronized void left(boolean looked) {
        clients--;
        // Who only looks may be the last to leave, after the one that had us keep something.
        spokenTo |= !looked;
        if (clients == 0 && holdings.isEmpty() && spokenTo) {
            end.countDown();
        }
    }

    private void handle(MessageSocket client, MessageSocket.Message received) {
        KeeperMessage message = KeeperMessage.decode(received.bytes());
        if (message.type() == KeeperMessage.Type.KEEP) {
            holdings.keep(new Kept(message.key(), message.note(), received.descriptors()));
            return;
        }
        received.descriptors().forEach(Descriptor::close);
        switch (message.type()) {
            case DROP -> holdings.drop(message.key());
            case LIST -> {
                holdings.forEach(kept -> client.send(
                        new KeeperMessage(KeeperMessage.Type.KEEP, kept.key(), kept.note()).encode(),
                        kept.descriptors()));
                client.send(KeeperMessage.of(KeeperMessage.Type.DONE).encode(), List.of());
            }
            case END -> {
                client.send(KeeperMessage.of(KeeperMessage.Type.DONE).encode(), List.of());
                end.countDown();
            }
            default -> throw new IllegalArgumentException("not for a keeper: type=" + message.type());
        }
    }
}
