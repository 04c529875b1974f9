// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend;

import dev.ringfence.domain.DeviceDescription;
import dev.ringfence.domain.DomainChannel;
import dev.ringfence.domain.DomainOptions;
import dev.ringfence.domain.DomainRuntime;
import dev.ringfence.domain.Message;
import dev.ringfence.memory.MessageSocket;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.ring.SuccessionRegion;
import dev.ringfence.store.StoreSession;
import dev.ringfence.store.XenStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * The life of a driver's process from its start to its readiness, in a process of no machine: what is loaded here is what
 * every standby will load. A JVM that is told to archive its classes at exit (class data sharing) does so after this, and
 * those that start from the archive need a quarter of a CPU second less.
 */
public final class DressRehearsal {
    private static final int DOMID = 1;
    private static final DeviceDescription DISK =
            new DeviceDescription("rehearsal", DeviceDescription.MEMORY, 1 << 20, 512, false, 1, Map.of());

    private DressRehearsal() {}

    /** Plays it through, in about a second. Changes what an uncaught exception does: for a process that ends after it. */
    public static void run(DeviceClass deviceClass) {
        Path socket = temporarySocket();
        MessageSocket listener = MessageSocket.listen(socket);
        try (SharedMemory succession = SharedMemory.create("ringfence-rehearsal", SuccessionRegion.BYTES);
                SharedMemory disk = SharedMemory.create("ringfence-rehearsal", DISK.bytes())) {
            new SuccessionRegion(succession.window()).initialise();
            DomainRuntime runtime = new DomainRuntime(new DomainOptions(socket, 1, DOMID, "rehearsal"));
            try (DomainChannel channel = new DomainChannel("rehearsal", listener.accept())) {
                Stage stage = new Stage(channel);
                channel.start(stage);
                DriverProcess.start(runtime, deviceClass);
                channel.send(new Message.OpenSuccession(), List.of(succession.descriptor()));
                channel.send(new Message.OpenDevice(DISK), List.of(disk.descriptor()));
                channel.send(new Message.WarmUp(), List.of());
                stage.awaitReady();
            }
        } finally {
            listener.shutdown();
            listener.close();
            delete(socket);
        }
    }

    private static Path temporarySocket() {
        try {
            return Files.createTempDirectory("ringfence").resolve("sock");
        } catch (IOException e) {
            throw new UncheckedIOException("no temporary directory", e);
        }
    }

    private static void delete(Path socket) {
        try {
            Files.deleteIfExists(socket);
            Files.delete(socket.getParent());
        } catch (IOException e) {
            throw new UncheckedIOException("can't be deleted: " + socket, e);
        }
    }

    /** The hypervisor's part: it has a store, and listens. */
    private static final class Stage implements DomainChannel.Handler {
        private final CountDownLatch ready = new CountDownLatch(1);
        private final StoreSession session;

        Stage(DomainChannel channel) {
            XenStore store = new XenStore();
            store.introduceDomain(DOMID);
            this.session = store.connect(DOMID, packet -> channel.send(new Message.Store(packet)));
        }

        @Override
        public void received(DomainChannel.Request request) {
            if (request.message() instanceof Message.Ready) {
                ready.countDown();
            }
        }

        @Override
        public void store(byte[] packet) {
            session.receive(packet);
        }

        @Override
        public void closed() {
            session.close();
        }

        void awaitReady() {
            try {
                ready.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException("a rehearsal is never interrupted", e);
            }
        }
    }
}
