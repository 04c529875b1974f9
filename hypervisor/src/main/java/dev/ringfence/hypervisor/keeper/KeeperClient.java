// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.keeper;

import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.LinuxException;
import dev.ringfence.memory.MessageSocket;
import dev.ringfence.memory.PidFd;
import dev.ringfence.memory.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The way to a keeper. Any thread, one at a time. Closing it leaves the keeper with what it holds. */
public final class KeeperClient implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 5;

    private final MessageSocket socket;
    private final PidFd process;

    private KeeperClient(MessageSocket socket, PidFd process) {
        this.socket = socket;
        this.process = process;
    }

    /** The keeper that listens on a socket; empty when none does. */
    public static Optional<KeeperClient> connect(Path path) {
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        try {
            MessageSocket socket = MessageSocket.connect(path).withTimeout(PATIENCE_SECONDS);
            return Optional.of(new KeeperClient(socket, PidFd.open(socket.peer().pid())));
        } catch (LinuxException e) {
            return Optional.empty(); // a socket that nobody listens on any more
        }
    }

    /** True when a keeper holds a machine together there. */
    public static boolean answers(Path path) {
        Optional<KeeperClient> client = connect(path);
        client.ifPresent(KeeperClient::close);
        return client.isPresent();
    }

    public PidFd process() {
        return process;
    }

    /**
     * Has descriptors kept, beside a note, in place of what has that key. They may be closed afterwards.
     *
     * @return false when the keeper is gone, or does not take it
     */
    public boolean keep(String key, String note, List<Descriptor> descriptors) {
        return send(new KeeperMessage(KeeperMessage.Type.KEEP, key, note), descriptors);
    }

    /** Has it let go; false as in {@link #keep}. */
    public boolean drop(String key) {
        return send(new KeeperMessage(KeeperMessage.Type.DROP, key, ""), List.of());
    }

    /** Everything that is kept, in the order in which it came; the caller's to close. Empty when the keeper fails. */
    public Optional<List<Kept>> list() {
        List<Kept> all = new ArrayList<>();
        if (!send(KeeperMessage.of(KeeperMessage.Type.LIST), List.of())) {
            return Optional.empty();
        }
        while (true) {
            Optional<MessageSocket.Message> received = receive();
            if (received.isEmpty()) {
                all.forEach(Kept::close);
                return Optional.empty();
            }
            KeeperMessage message = KeeperMessage.decode(received.get().bytes());
            if (message.type() == KeeperMessage.Type.DONE) {
                return Optional.of(all);
            }
            all.add(new Kept(message.key(), message.note(), received.get().descriptors()));
        }
    }

    /** Ends the keeper, and everything it holds with it; returns once its process is gone. */
    public void end() {
        if (!send(KeeperMessage.of(KeeperMessage.Type.END), List.of())
                || !process.awaitDeath(PATIENCE_SECONDS * 1_000)) {
            kill();
        }
    }

    /** Ends a keeper that does not do its work. */
    public void kill() {
        process.signal(Processes.SIGKILL);
        process.awaitDeath(-1);
    }

    private boolean send(KeeperMessage message, List<Descriptor> descriptors) {
        try {
            return socket.send(message.encode(), descriptors);
        } catch (LinuxException e) {
            return false; // it does not take what we send, for seconds
        }
    }

    private Optional<MessageSocket.Message> receive() {
        try {
            return socket.receive();
        } catch (LinuxException e) {
            return Optional.empty(); // as above
        }
    }

    @Override
    public void close() {
        socket.close();
        process.close();
    }
}
