// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.MessageSocket;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A worker process as the benchmark sees it: give it an order, wait for its figures. */
final class Worker implements AutoCloseable {
    private final String name;
    private final MessageSocket link;

    private Worker(String name, MessageSocket link) {
        this.name = name;
        this.link = link;
    }

    /** A socket for one worker to call at, to be opened before it is started. */
    static final class Door implements AutoCloseable {
        private final MessageSocket listener;

        Door(Path socket) {
            listener = MessageSocket.listen(socket);
        }

        /** Waits for the worker's call; {@link #close} from another thread ends the wait with an exception. */
        Worker accept(String name) {
            return new Worker(name, listener.accept());
        }

        @Override
        public void close() {
            listener.shutdown();
            listener.close();
        }
    }

    /** @throws BenchmarkException when the worker failed, or died */
    Figures perform(Order order, List<Descriptor> descriptors) {
        link.send(WorkerLink.bytes(order), descriptors);
        MessageSocket.Message message =
                link.receive().orElseThrow(() -> new BenchmarkException(name + " died during " + order));
        try {
            WorkerLink.Reply reply = WorkerLink.JSON.readValue(message.bytes(), WorkerLink.Reply.class);
            if (reply.failure() != null) {
                throw new BenchmarkException(name + " failed at " + order + ": " + reply.failure());
            }
            return reply.figures();
        } catch (IOException e) {
            throw new BenchmarkException(name + " answered nonsense: " + e.getMessage(), e);
        }
    }

    Figures perform(Order order) {
        return perform(order, List.of());
    }

    @Override
    public void close() {
        link.shutdown();
        link.close();
    }
}
