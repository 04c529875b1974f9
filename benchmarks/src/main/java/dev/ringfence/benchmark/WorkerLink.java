// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.MessageSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The worker's side of its socket to the benchmark: an order in, figures out, until the benchmark hangs up. */
final class WorkerLink {
    static final ObjectMapper JSON = new ObjectMapper();

    private WorkerLink() {}

    /** Exactly one of the two is there. */
    record Reply(Figures figures, String failure) {}

    /** Carries out one order; what it throws goes back as a failure. */
    @FunctionalInterface
    interface Handler {
        Figures perform(Order order, List<Descriptor> descriptors);
    }

    /** Serves orders on the calling thread. */
    static void serve(Path socket, Handler handler) {
        try (MessageSocket link = MessageSocket.connect(socket)) {
            Optional<MessageSocket.Message> message = link.receive();
            while (message.isPresent()) {
                link.send(bytes(reply(message.get(), handler)), List.of());
                message = link.receive();
            }
        }
    }

    private static Reply reply(MessageSocket.Message message, Handler handler) {
        try {
            Order order = JSON.readValue(message.bytes(), Order.class);
            return new Reply(handler.perform(order, message.descriptors()), null);
        } catch (RuntimeException e) {
            return new Reply(null, e.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] bytes(Object value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
