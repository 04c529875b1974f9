// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.MessageSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A channel whose one end is handed from one hypervisor to the next. */
@Timeout(30)
final class DomainChannelAdoptionTest {
    @TempDir
    private Path directory;

    private final Recorder inDomain = new Recorder();
    private MessageSocket hypervisorEnd;
    private Descriptor kept;
    private DomainChannel domain;

    private static final class Recorder implements DomainChannel.Handler {
        private final List<Message> received = new CopyOnWriteArrayList<>();
        private final List<byte[]> packets = new CopyOnWriteArrayList<>();
        private final CompletableFuture<Void> adopted = new CompletableFuture<>();

        @Override
        public void received(DomainChannel.Request request) {
            received.add(request.message());
            if (request.message() instanceof Message.AllocateChannel) {
                request.answer(new Message.Port(received.size()));
            }
        }

        @Override
        public void store(byte[] packet) {
            packets.add(packet);
        }

        @Override
        public void adopted() {
            adopted.complete(null);
        }

        @Override
        public void closed() {}
    }

    @BeforeEach
    void connect() {
        MessageSocket listener = MessageSocket.listen(directory.resolve("s"));
        MessageSocket domainEnd = MessageSocket.connect(directory.resolve("s"));
        hypervisorEnd = listener.accept();
        listener.close();
        kept = hypervisorEnd.descriptor().duplicate();
        domain = new DomainChannel("domain", domainEnd);
        domain.start(inDomain);
    }

    @AfterEach
    void close() {
        kept.close();
        hypervisorEnd.close();
        domain.close();
    }

    private DomainChannel successor(int life, Recorder handler) {
        DomainChannel successor = new DomainChannel("successor", MessageSocket.of(kept.duplicate()), life);
        successor.start(handler);
        return successor;
    }

    @Test
    void aCallThatTheDeadHadReadIsAskedAgainAndOneItHadNotReadIsHandledOnce() {
        CompletableFuture<DomainChannel.Answer> read = domain.call(new Message.AllocateChannel(1), List.of());
        assertThat(hypervisorEnd.receive()).isPresent();
        CompletableFuture<DomainChannel.Answer> unread = domain.call(new Message.AllocateChannel(2), List.of());
        domain.send(new Message.Report("a", "b", Map.of()));
        domain.send(new Message.Store(new byte[] {1}));
        Recorder handler = new Recorder();

        successor(1, handler);

        assertThat(read.join().message()).isEqualTo(new Message.Port(2));
        assertThat(unread.join().message()).isEqualTo(new Message.Port(3));
        assertThat(handler.received)
                .containsExactly(
                        new Message.Report("a", "b", Map.of()),
                        new Message.AllocateChannel(1),
                        new Message.AllocateChannel(2));
        assertThat(handler.packets).isEmpty();
        assertThat(inDomain.adopted).isCompleted();
        domain.send(new Message.Store(new byte[] {2}));
        await().until(() -> handler.packets.size() == 1);
    }

    @Test
    void theAnswerToACallOfTheDeadIsNoAnswerToItsSuccessor() {
        DomainChannel dead = new DomainChannel("dead", MessageSocket.of(kept.duplicate()));
        dead.call(new Message.AllocateChannel(1), List.of()); // answered into nobody's hands
        await().until(() -> inDomain.received.size() == 1);

        DomainChannel successor = successor(1, new Recorder());
        DomainChannel.Answer answer =
                successor.call(new Message.AllocateChannel(2), List.of()).join();

        assertThat(answer.message()).isEqualTo(new Message.Port(2));
    }
}
