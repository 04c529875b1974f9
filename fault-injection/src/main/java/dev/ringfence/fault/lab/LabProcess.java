// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.domain.DeviceDescription;
import dev.ringfence.domain.DomainChannel;
import dev.ringfence.domain.DomainOptions;
import dev.ringfence.domain.Message;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.MessageSocket;
import dev.ringfence.memory.PidFd;
import dev.ringfence.memory.Processes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** A driver process in the lab, as its hypervisor holds it: the test speaks the hypervisor's side of the real protocol. */
final class LabProcess implements AutoCloseable {
    static final int DOMID = 1;

    private static final long ANSWER_SECONDS = 60;
    private static final int DEATH_MILLIS = 10_000;
    private static final List<String> FLAGS = ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(flag -> flag.startsWith("--add-")
                    || flag.startsWith("--enable-native-access")
                    || flag.startsWith("--sun-misc-unsafe"))
            .toList();

    private final int number;
    private final Process launched;
    private final Path log;
    private PidFd pidfd;
    private DomainChannel channel;
    private final CompletableFuture<Void> hello = new CompletableFuture<>();
    private final BlockingQueue<Message> notices = new LinkedBlockingQueue<>();
    private volatile Function<Message.FenceViolation, CompletableFuture<Message>> fence =
            violation -> CompletableFuture.completedFuture(new Message.Failed("no fence violation was expected"));

    private LabProcess(int number, Process launched, Path log) {
        this.number = number;
        this.launched = launched;
        this.log = log;
    }

    /**
     * Starts a driver process and waits until it has called.
     *
     * @param wrap puts walls around the command
     */
    static LabProcess start(Lab lab, List<String> properties, UnaryOperator<List<String>> wrap) {
        int number = lab.nextProcess();
        Path socket = lab.directory().resolve(number + ".sock");
        Path log = lab.directory().resolve(number + ".log");
        MessageSocket listener = MessageSocket.listen(socket);
        try {
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(FLAGS);
            command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:-UsePerfData"));
            command.addAll(List.of("-Xms8m", "-Xmx32m", "-Xss256k", "-XX:ErrorFile=/dev/null"));
            command.addAll(List.of("-Dringfence.crashAtStore=-1", "-Dringfence.spinMicros=0"));
            // Answers are published in groups as large as they get, and the same every time.
            command.add("-Dringfence.holdMicros=1000000");
            command.add("-Dslf4j.provider=" + LabLogging.class.getName());
            command.add("-D" + LabDriver.STAGE + "=" + lab.stagePath());
            command.addAll(properties);
            command.addAll(List.of("-cp", lab.classpath(), LabDriver.class.getName()));
            command.addAll(new DomainOptions(socket, number, DOMID, "driver").toArguments());
            Process launched = new ProcessBuilder(wrap.apply(command))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            LabProcess process = new LabProcess(number, launched, log);
            process.accept(listener);
            return process;
        } catch (IOException e) {
            throw new IllegalStateException("driver process " + number + " can't be started", e);
        } finally {
            listener.close();
            delete(socket);
        }
    }

    private void accept(MessageSocket listener) {
        // A process that dies before it calls must not leave us waiting.
        launched.onExit().thenRun(listener::shutdown);
        MessageSocket socket = listener.accept();
        pidfd = PidFd.open(socket.peer().pid());
        channel = new DomainChannel("driver-" + number, socket);
        channel.start(new Handler());
        hello.orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS).join();
    }

    private final class Handler implements DomainChannel.Handler {
        @Override
        public void received(DomainChannel.Request request) {
            if (request.message() instanceof Message.Hello) {
                hello.complete(null);
            } else if (request.message() instanceof Message.FenceViolation violation) {
                fence.apply(violation).thenAccept(request::answer);
            } else {
                notices.add(request.message());
            }
        }

        @Override
        public void store(byte[] packet) {
            // A driver with a fault may say anything, and there is no store here to answer it.
        }

        @Override
        public void closed() {
            hello.completeExceptionally(new IOException("closed before it called; its log: " + log()));
        }
    }

    /** What it is known by, in journals too. */
    int number() {
        return number;
    }

    PidFd pidfd() {
        return pidfd;
    }

    boolean isDead() {
        return pidfd.awaitDeath(0);
    }

    void kill() {
        pidfd.signal(Processes.SIGKILL);
        pidfd.awaitDeath(-1);
    }

    /** How a lease that came clean though it was owned is answered, whenever the future is. */
    void onFenceViolation(Function<Message.FenceViolation, CompletableFuture<Message>> policy) {
        fence = policy;
    }

    /**
     * Makes it serve a connection, or wait for its leases.
     *
     * @param life a number of its own; also the connection's in this process
     * @return the thread ids of its workers; none when it died before it could tell
     */
    List<Integer> attach(LabSubject subject, int life, List<Fate> fates) {
        Map<String, String> options = subject.deviceOptions();
        for (int queue = 0; queue < fates.size(); queue++) {
            options.put("fate." + queue, fates.get(queue).encode());
        }
        Message answer = attaching(subject, life, options, subject.link().ringFrames())
                .orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS)
                .join();
        if (answer instanceof Message.Attached attached) {
            return attached.threads();
        }
        if (!pidfd.awaitDeath(DEATH_MILLIS)) {
            throw new IllegalStateException("not attached: " + answer + "; its log: " + log());
        }
        return List.of();
    }

    /** As {@link #attach}, of a process that may do anything. */
    CompletableFuture<Message> attaching(
            LabSubject subject, int life, Map<String, String> options, List<Integer> ringFrames) {
        DeviceDescription device = subject.device(life, options);
        List<Descriptor> files = subject.openFiles();
        channel.send(new Message.OpenDevice(device), files);
        files.forEach(Descriptor::close);
        Message.Attach attach = new Message.Attach(life, subject.spec(life), ringFrames);
        return channel.call(attach, subject.link().descriptors()).thenApply(answer -> {
            if (answer.message() instanceof Message.Attached) {
                channel.send(new Message.AllAttached());
            }
            return answer.message();
        });
    }

    /** Ends a connection; the leases are given back a little later. */
    void detach(int life) {
        call(new Message.Detach(life), List.of());
    }

    private Message call(Message message, List<Descriptor> descriptors) {
        return channel.call(message, descriptors)
                .orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS)
                .join()
                .message();
    }

    /** What it has said since the last call. */
    List<Message> notices() {
        List<Message> said = new ArrayList<>();
        notices.drainTo(said);
        return said;
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** What it has written last, as far as it is about its end; empty when it has written nothing. */
    String lastWords() {
        return log().lines()
                .filter(line -> !line.startsWith("\t") && !line.startsWith("SLF4J"))
                .reduce((first, last) -> last)
                .map(line -> ": " + line)
                .orElse("");
    }

    @Override
    public void close() {
        kill();
        channel.close();
        pidfd.close();
        launched.destroyForcibly();
        delete(log);
    }

    private static void delete(Path path) {
        try {
            Files.delete(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
