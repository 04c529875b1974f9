// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.domain;

import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.MessageSocket;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The channel between a domain and its hypervisor, the same class at both ends.
 *
 * <p>One thread receives; it completes calls and passes store packets on. Everything else is handled one at a time on a
 * second thread, whose handler may itself call and wait. A message that makes no sense ends the channel.
 */
public final class DomainChannel implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DomainChannel.class);

    /** What came back from a call, and the descriptors with it. */
    public record Answer(Message message, List<Descriptor> descriptors) {}

    /** A call or notice of the other side. */
    public interface Handler {
        /** On the channel's handler thread. */
        void received(Request request);

        /** On the receiving thread: must not wait. */
        void store(byte[] packet);

        /** The other side is gone; said once, after everything it sent has been handled. */
        void closed();
    }

    /** A message to be handled, and answered when it is a call. */
    public final class Request {
        private final int call;
        private final Message message;
        private final List<Descriptor> descriptors;

        Request(int call, Message message, List<Descriptor> descriptors) {
            this.call = call;
            this.message = message;
            this.descriptors = descriptors;
        }

        public Message message() {
            return message;
        }

        /** Now the handler's to close. */
        public List<Descriptor> descriptors() {
            return descriptors;
        }

        public void answer(Message answer, List<Descriptor> attached) {
            if (call > 0) {
                transmit(-call, answer, attached);
            }
        }

        public void answer(Message answer) {
            answer(answer, List.of());
        }
    }

    private final String name;
    private final MessageSocket socket;
    private final AtomicInteger lastCall = new AtomicInteger();
    private final Map<Integer, CompletableFuture<Answer>> calls = new ConcurrentHashMap<>();
    private final ExecutorService handlers;
    private volatile boolean open = true;

    public DomainChannel(String name, MessageSocket socket) {
        this.name = name;
        this.socket = socket;
        this.handlers = Executors.newSingleThreadExecutor(task -> daemon(task, name + "-handler"));
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Begins to receive. */
    public void start(Handler handler) {
        daemon(() -> receiveAll(handler), name + "-channel").start();
    }

    public boolean isOpen() {
        return open;
    }

    /** Says something that wants no answer. False when nobody is there to hear it. */
    public boolean send(Message message, List<Descriptor> descriptors) {
        return transmit(0, message, descriptors);
    }

    public boolean send(Message message) {
        return send(message, List.of());
    }

    /** Asks; the answer comes later, or a {@link Message.Failed} when the other side is gone. */
    public CompletableFuture<Answer> call(Message message, List<Descriptor> descriptors) {
        int call = lastCall.incrementAndGet();
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        calls.put(call, answer);
        if (!open || !transmit(call, message, descriptors)) {
            fail(call);
        }
        return answer;
    }

    private boolean transmit(int call, Message message, List<Descriptor> descriptors) {
        return socket.send(MessageCodec.encode(call, message), descriptors);
    }

    private void fail(int call) {
        CompletableFuture<Answer> waiting = calls.remove(call);
        if (waiting != null) {
            waiting.complete(new Answer(new Message.Failed(name + " is gone"), List.of()));
        }
    }

    private void receiveAll(Handler handler) {
        try {
            Optional<MessageSocket.Message> received = socket.receive();
            while (received.isPresent()) {
                dispatch(received.get(), handler);
                received = socket.receive();
            }
        } catch (MessageCodec.MalformedMessageException e) {
            LOG.warn("{}: closed for a malformed message: {}", name, e.getMessage());
        } finally {
            open = false;
            socket.close();
            calls.keySet().forEach(this::fail);
            handlers.execute(handler::closed);
            handlers.shutdown();
        }
    }

    private void dispatch(MessageSocket.Message received, Handler handler) {
        MessageCodec.Envelope envelope = MessageCodec.decode(received.bytes());
        if (envelope.call() < 0) {
            CompletableFuture<Answer> waiting = calls.remove(-envelope.call());
            if (waiting != null) {
                waiting.complete(new Answer(envelope.message(), received.descriptors()));
            } else {
                received.descriptors().forEach(Descriptor::close);
            }
        } else if (envelope.message() instanceof Message.Store store) {
            handler.store(store.packet());
        } else {
            Request request = new Request(envelope.call(), envelope.message(), received.descriptors());
            handlers.execute(() -> handler.received(request));
        }
    }

    /** Ends the channel; the other side sees it closed. */
    @Override
    public void close() {
        open = false;
        socket.shutdown();
    }
}
