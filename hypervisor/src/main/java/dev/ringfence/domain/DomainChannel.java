// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.domain;

import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.LinuxException;
import dev.ringfence.memory.MessageSocket;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The channel between a domain and its hypervisor, the same class at both ends.
 *
 * <p>One thread receives; it completes calls and passes store packets on. Everything else is handled one at a time on a
 * second thread, whose handler may itself call and wait. A message that makes no sense ends the channel.
 *
 * <p>A hypervisor that dies leaves its end to its successor, and with it whatever it has read and not answered, or answered
 * and not written down. So the successor says {@link Message.Adopted}, ignores what was asked before the answer to that,
 * and is asked again. What was said without asking is heard: it was never read, or it was acted on. Answers to calls
 * of the dead find no call of that number, since every hypervisor counts its calls from a number of its own.
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

        /** Another hypervisor is at the other end. On the receiving thread, within {@link #exclusively}: must not wait. */
        default void adopted() {}

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

        /** The other side's number of the call, the same whenever it asks again; 0 when it wants no answer. */
        public int call() {
            return call;
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

    private static final int CALLS_A_LIFE = 1 << 20;

    private final String name;
    private final MessageSocket socket;
    private final int life;
    private final AtomicInteger lastCall;
    /** In the order in which they were made. */
    private final Map<Integer, Call> calls = new ConcurrentSkipListMap<>();

    private final ReentrantLock sending = new ReentrantLock();
    private final ExecutorService handlers;
    private volatile boolean open = true;
    private boolean awaitsResumption;

    private record Call(Message message, CompletableFuture<Answer> answer) {}

    public DomainChannel(String name, MessageSocket socket) {
        this(name, socket, 0);
    }

    /** @param life how many hypervisors have had this end of the channel before */
    public DomainChannel(String name, MessageSocket socket, int life) {
        this.name = name;
        this.socket = socket;
        this.life = life;
        this.lastCall = new AtomicInteger(life % (Integer.MAX_VALUE / CALLS_A_LIFE) * CALLS_A_LIFE);
        this.awaitsResumption = life > 0;
        this.handlers = Executors.newSingleThreadExecutor(task -> daemon(task, "handler " + name));
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Begins to receive. */
    public void start(Handler handler) {
        if (life > 0) {
            send(new Message.Adopted());
        }
        daemon(() -> receiveAll(handler), "channel " + name).start();
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
        int number = lastCall.incrementAndGet();
        Call call = new Call(message, new CompletableFuture<>());
        exclusively(() -> {
            calls.put(number, call);
            if (!open || !transmit(number, message, descriptors)) {
                fail(number);
            }
        });
        return call.answer();
    }

    /** Runs what no change of hypervisors may come into the middle of; nothing else is sent meanwhile. */
    void exclusively(Runnable section) {
        sending.lock();
        try {
            section.run();
        } finally {
            sending.unlock();
        }
    }

    private boolean transmit(int call, Message message, List<Descriptor> descriptors) {
        sending.lock();
        try {
            return socket.send(MessageCodec.encode(call, message), descriptors);
        } finally {
            sending.unlock();
        }
    }

    private void fail(int call) {
        Call waiting = calls.remove(call);
        if (waiting != null) {
            waiting.answer().complete(new Answer(new Message.Failed(name + " is gone"), List.of()));
        }
    }

    /** In a domain: asks the new hypervisor what the old one may not have answered. Domains attach nothing to calls. */
    private void resume(Handler handler) {
        exclusively(() -> {
            transmit(0, new Message.Resumed(), List.of());
            calls.forEach((number, call) -> transmit(number, call.message(), List.of()));
            handler.adopted();
        });
    }

    /** True for what was meant for the hypervisor before this one. */
    private boolean isOutdated(MessageCodec.Envelope envelope) {
        boolean resumed = envelope.message() instanceof Message.Resumed;
        boolean outdated =
                awaitsResumption && (resumed || envelope.call() > 0 || envelope.message() instanceof Message.Store);
        awaitsResumption &= !resumed;
        return outdated;
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
        } catch (LinuxException e) {
            LOG.warn("{}: closed: {}", name, e.getMessage());
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
        if (isOutdated(envelope)) {
            received.descriptors().forEach(Descriptor::close);
        } else if (envelope.message() instanceof Message.Adopted) {
            resume(handler);
        } else if (envelope.call() < 0) {
            Call waiting = calls.remove(-envelope.call());
            if (waiting != null) {
                waiting.answer().complete(new Answer(envelope.message(), received.descriptors()));
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
