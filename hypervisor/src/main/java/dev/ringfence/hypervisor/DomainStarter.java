// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.domain.DomainChannel;
import dev.ringfence.domain.DomainOptions;
import dev.ringfence.domain.Message;
import dev.ringfence.hypervisor.control.ControlException;
import dev.ringfence.hypervisor.control.MachineDirectory;
import dev.ringfence.memory.LinuxException;
import dev.ringfence.memory.MessageSocket;
import dev.ringfence.memory.PidFd;
import dev.ringfence.store.StoreSession;
import dev.ringfence.store.XenStore;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/**
 * Starts processes of one domain and takes their first call.
 *
 * <p>Every process finds its hypervisor at a socket that only its domain's sandbox shows, says the number it was started
 * with, and is from then on held by pidfd.
 */
final class DomainStarter {
    private static final long START_SECONDS = 30;
    private static final Executor STORE_SENDERS = Threads.pool("store-senders");
    private static final AtomicInteger LAST_NUMBER = new AtomicInteger();

    private final String name;
    private final int domid;
    private final MachineDirectory directory;
    private final XenStore store;
    private final Sandbox sandbox;
    private final Orphans orphans;

    DomainStarter(
            String name, int domid, MachineDirectory directory, XenStore store, Sandbox sandbox, Orphans orphans) {
        this.name = name;
        this.domid = domid;
        this.directory = directory;
        this.store = store;
        this.sandbox = sandbox;
        this.orphans = orphans;
    }

    /**
     * How to run the domain's program.
     *
     * @param inFront what of the class path comes before our own
     */
    record Program(String mainClass, List<Path> inFront, List<Path> classPath, long heapBytes, Sandbox.View view) {
        Program(String mainClass, List<Path> classPath, long heapBytes, Sandbox.View view) {
            this(mainClass, List.of(), classPath, heapBytes, view);
        }

        /** The same with another part in front. */
        Program upgraded(List<Path> newInFront) {
            return new Program(mainClass, newInFront, classPath, heapBytes, view);
        }
    }

    /**
     * Starts a process and waits until it has called.
     *
     * @param handler its messages, with the process they are from; called on the channel's handler thread
     * @param background it gives way to everything else, until {@link Processors#toForeground}
     * @throws ControlException when it does not call in time, or dies
     */
    DomainProcess start(Program program, BiConsumer<DomainProcess, DomainChannel.Request> handler, boolean background) {
        int number = LAST_NUMBER.incrementAndGet();
        Path socket = directory.path().resolve(name + "." + number + ".sock");
        try {
            Files.deleteIfExists(socket);
            MessageSocket listener = MessageSocket.listen(socket);
            try {
                Process spawned = spawn(program, socket, number, background);
                return accept(listener, spawned, number, handler);
            } finally {
                listener.shutdown();
                listener.close();
                Files.deleteIfExists(socket);
            }
        } catch (IOException | LinuxException e) {
            throw new ControlException(500, "domain " + name + " can't be started: " + e.getMessage(), e);
        }
    }

    private Process spawn(Program program, Path socket, int number, boolean background) throws IOException {
        List<String> arguments = new DomainOptions(socket, number, domid, name).toArguments();
        List<String> command = JavaCommand.of(program, arguments);
        Sandbox.View view = program.view();
        List<Path> writable = new ArrayList<>(view.writable());
        writable.add(socket);
        List<Path> readable = new ArrayList<>(view.readable());
        readable.addAll(JavaCommand.readable(program));
        File log = directory.log(name).toFile();
        List<String> wrapped = sandbox.wrap(
                command, new Sandbox.View(readable, writable, view.hidden(), view.network(), view.wholeSystem()));
        // A session of its own: a terminal's Ctrl-C is for the hypervisor, which then ends its domains in order.
        List<String> whole = new ArrayList<>(List.of("setsid"));
        whole.addAll(background ? Processors.inBackground(wrapped) : wrapped);
        ProcessBuilder builder = new ProcessBuilder(whole);
        builder.environment()
                .keySet()
                .removeIf(key -> !key.equals("PATH") && !key.startsWith("LC_") && !key.equals("LANG"));
        return builder.redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                .start();
    }

    private DomainProcess accept(
            MessageSocket listener,
            Process spawned,
            int number,
            BiConsumer<DomainProcess, DomainChannel.Request> handler) {
        // A process that dies before it calls must not leave us waiting.
        spawned.onExit().thenRun(listener::shutdown);
        try {
            MessageSocket socket = listener.accept();
            int pid = socket.peer().pid();
            DomainChannel channel = new DomainChannel(name + "." + number, socket);
            DomainProcess process = new DomainProcess(number, PidFd.open(pid), channel);
            CompletableFuture<Void> hello = new CompletableFuture<>();
            channel.start(new ChannelHandler(process, hello, handler));
            hello.get(START_SECONDS, TimeUnit.SECONDS);
            orphans.note(pid);
            return process;
        } catch (LinuxException | ExecutionException | TimeoutException e) {
            spawned.destroyForcibly();
            throw new ControlException(500, "domain " + name + " did not start; its log: " + directory.log(name), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ControlException(500, "interrupted while starting domain " + name, e);
        }
    }

    private final class ChannelHandler implements DomainChannel.Handler {
        private final DomainProcess process;
        private final CompletableFuture<Void> hello;
        private final BiConsumer<DomainProcess, DomainChannel.Request> handler;
        private final StoreSession session;

        ChannelHandler(
                DomainProcess process,
                CompletableFuture<Void> hello,
                BiConsumer<DomainProcess, DomainChannel.Request> handler) {
            this.process = process;
            this.hello = hello;
            this.handler = handler;
            // Sending waits for a domain that does not receive, so it has threads of its own.
            this.session = store.connect(domid, packet -> process.send(new Message.Store(packet)), STORE_SENDERS);
        }

        @Override
        public void received(DomainChannel.Request request) {
            if (request.message() instanceof Message.Hello said && said.process() == process.number()) {
                hello.complete(null);
            } else {
                handler.accept(process, request);
            }
        }

        @Override
        public void store(byte[] packet) {
            session.receive(packet);
        }

        @Override
        public void closed() {
            session.close();
            hello.completeExceptionally(new IOException("closed before it called"));
        }
    }
}
