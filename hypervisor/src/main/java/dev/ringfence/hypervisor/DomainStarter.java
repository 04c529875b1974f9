// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.domain.DomainChannel;
import dev.ringfence.domain.DomainOptions;
import dev.ringfence.domain.Message;
import dev.ringfence.hypervisor.control.ControlException;
import dev.ringfence.hypervisor.control.MachineDirectory;
import dev.ringfence.hypervisor.keeper.Kept;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.LinuxException;
import dev.ringfence.memory.MessageSocket;
import dev.ringfence.memory.PidFd;
import dev.ringfence.memory.Processes;
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

    private final String name;
    private final int domid;
    private final MachineDirectory directory;
    private final XenStore store;
    private final Sandbox sandbox;
    private final Orphans orphans;
    private final Keeper keeper;

    DomainStarter(String name, int domid, Sandbox sandbox, Host host) {
        this.name = name;
        this.domid = domid;
        this.directory = host.directory();
        this.store = host.store();
        this.sandbox = sandbox;
        this.orphans = host.orphans();
        this.keeper = host.keeper();
    }

    /** What all domains of a machine have in common. */
    record Host(MachineDirectory directory, XenStore store, Orphans orphans, Keeper keeper) {}

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
        int number = keeper.nextProcess();
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
        // A terminal's Ctrl-C is for the hypervisor, which then ends its domains in order.
        List<String> whole = Processes.deafToTerminal(wrapped);
        ProcessBuilder builder = new ProcessBuilder(background ? Processors.inBackground(whole) : whole);
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
            PidFd pidfd = PidFd.open(socket.peer().pid());
            CompletableFuture<Void> hello = new CompletableFuture<>();
            DomainProcess process = serve(number, socket, pidfd, 0, new Greeting(hello, handler));
            try {
                hello.get(START_SECONDS, TimeUnit.SECONDS);
                orphans.note(pidfd.pid());
                return process;
            } catch (ExecutionException | TimeoutException e) {
                process.kill(KillReason.STUCK);
                process.close();
                throw e;
            }
        } catch (LinuxException | ExecutionException | TimeoutException e) {
            spawned.destroyForcibly();
            throw new ControlException(500, "domain " + name + " did not start; its log: " + directory.log(name), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ControlException(500, "interrupted while starting domain " + name, e);
        }
    }

    private DomainProcess serve(int number, MessageSocket socket, PidFd pidfd, int life, Greeting greeting) {
        // The channel closes its socket when it sees fit; what is kept must stay open until it is dropped.
        Descriptor end = socket.descriptor().duplicate();
        Keeping keeping = keeper.keep(
                Notes.process(number), new Notes.Running(domid, number, pidfd.pid()), List.of(end, pidfd.descriptor()));
        DomainChannel channel = new DomainChannel(name + "." + number, socket, life);
        DomainProcess process = new DomainProcess(number, pidfd, channel, () -> {
            keeping.close();
            end.close();
        });
        channel.start(new ChannelHandler(process, greeting));
        return process;
    }

    /** Goes on with a process that an earlier hypervisor has started; it may be dead by now. */
    DomainProcess adopt(Kept kept, BiConsumer<DomainProcess, DomainChannel.Request> handler) {
        Notes.Running note = Keeper.read(kept.note(), Notes.Running.class);
        MessageSocket socket = MessageSocket.of(kept.descriptors().get(0));
        PidFd pidfd = PidFd.of(note.pid(), kept.descriptors().get(1));
        return serve(note.number(), socket, pidfd, keeper.life(), new Greeting(new CompletableFuture<>(), handler));
    }

    /** Who waits for a process's first word, and who hears the others. */
    private record Greeting(CompletableFuture<Void> hello, BiConsumer<DomainProcess, DomainChannel.Request> handler) {}

    private final class ChannelHandler implements DomainChannel.Handler {
        private final DomainProcess process;
        private final Greeting greeting;
        private final StoreSession session;

        ChannelHandler(DomainProcess process, Greeting greeting) {
            this.process = process;
            this.greeting = greeting;
            // Sending waits for a domain that does not receive, so it has threads of its own.
            this.session = store.connect(domid, packet -> process.send(new Message.Store(packet)), STORE_SENDERS);
        }

        @Override
        public void received(DomainChannel.Request request) {
            if (request.message() instanceof Message.Hello said && said.process() == process.number()) {
                greeting.hello().complete(null);
            } else {
                greeting.handler().accept(process, request);
            }
        }

        @Override
        public void store(byte[] packet) {
            session.receive(packet);
        }

        @Override
        public void closed() {
            session.close();
            greeting.hello().completeExceptionally(new IOException("closed before it called"));
        }
    }
}
