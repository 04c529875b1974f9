// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ringfence.hypervisor.control.ControlException;
import dev.ringfence.hypervisor.control.MachineDirectory;
import dev.ringfence.hypervisor.keeper.KeeperClient;
import dev.ringfence.hypervisor.keeper.KeeperProcess;
import dev.ringfence.memory.Descriptor;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keeper of one machine, as its hypervisor sees it: told of everything that must outlive the hypervisor, before anybody
 * may rely on it. When its process dies, another one is started and told of everything again. Any thread.
 */
final class Keeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long HEAP_BYTES = 8L << 20;
    private static final long START_SECONDS = 30;
    private static final long POLL_NANOS = 5_000_000;

    private final MachineDirectory directory;
    private final EventLog events;
    private final Orphans orphans;
    private final Backoff backoff = new Backoff(Duration.ofMillis(100));
    /** As it stands, to be told again. */
    private final Map<String, Thing> things = new LinkedHashMap<>();

    private final AtomicInteger lastProcess = new AtomicInteger();
    private final int life;
    private final CompletableFuture<Void> started = new CompletableFuture<>();
    private Optional<KeeperClient> client = Optional.empty();
    private boolean closed;

    private record Thing(String note, List<Descriptor> descriptors) {}

    private Keeper(int life, int lastProcess, MachineDirectory directory, EventLog events, Orphans orphans) {
        this.life = life;
        this.directory = directory;
        this.events = events;
        this.orphans = orphans;
        this.lastProcess.set(lastProcess);
    }

    /** Starts a keeper in the background; until {@link #awaitStart} returns it may not keep anything yet. */
    static Keeper start(MachineDirectory directory, EventLog events, Orphans orphans) {
        Keeper keeper = new Keeper(0, 0, directory, events, orphans);
        Threads.daemon("keeper-start", () -> {
            try {
                keeper.use(keeper.launch());
                keeper.started.complete(null);
            } catch (ControlException e) {
                keeper.started.completeExceptionally(e);
            }
        });
        return keeper;
    }

    /** Returns once everything said so far is kept. */
    void awaitStart() {
        try {
            started.join();
        } catch (CompletionException e) {
            throw new ControlException(500, e.getCause().getMessage(), e);
        }
    }

    /** Goes on with the keeper of a hypervisor that is gone; what it keeps is to be told to it again, or swept. */
    static Keeper adopt(
            KeeperClient client,
            int life,
            Notes.Numbers numbers,
            MachineDirectory directory,
            EventLog events,
            Orphans orphans) {
        Keeper keeper = new Keeper(life, numbers.lastProcess(), directory, events, orphans);
        keeper.use(client);
        keeper.started.complete(null);
        return keeper;
    }

    static <T> T read(String note, Class<T> type) {
        try {
            return JSON.readValue(note, type);
        } catch (JsonProcessingException e) {
            throw new ControlException(500, "what the keeper holds can't be read: " + e.getOriginalMessage(), e);
        }
    }

    private static String write(Object note) {
        try {
            return JSON.writeValueAsString(note);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("can't be written as JSON: note=" + note, e);
        }
    }

    /** How many hypervisors this machine has had before. */
    int life() {
        return life;
    }

    /** Where numbers of connections begin that no earlier hypervisor of this machine has given to any. */
    int firstConnection() {
        return life << 20;
    }

    /** A number that no process of this machine has had. */
    int nextProcess() {
        int number = lastProcess.incrementAndGet();
        keep(Notes.NUMBERS, new Notes.Numbers(number), List.of());
        return number;
    }

    /**
     * Keeps descriptors and a note; a hypervisor that comes after this one finds them once this has returned.
     *
     * @param descriptors open until the returned keeping is closed, or told of others
     */
    synchronized Keeping keep(String key, Object note, List<Descriptor> descriptors) {
        Thing thing = new Thing(write(note), List.copyOf(descriptors));
        things.put(key, thing);
        client.ifPresent(connected -> tell(connected, key, thing));
        return new Keeping(this, key);
    }

    synchronized void drop(String key) {
        things.remove(key);
        client.ifPresent(connected -> connected.drop(key));
    }

    /** One that is gone is noticed by its pidfd; one that takes nothing any more is ended, and noticed then. */
    private static void tell(KeeperClient connected, String key, Thing thing) {
        if (!connected.keep(key, thing.note(), thing.descriptors())) {
            connected.kill();
        }
    }

    private KeeperClient launch() {
        try {
            Path socket = directory.keeperSocket();
            Files.deleteIfExists(socket);
            Process process = spawn(socket);
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
            Optional<KeeperClient> connected = KeeperClient.connect(socket);
            while (connected.isEmpty()) {
                if (!process.isAlive() || System.nanoTime() - until > 0) {
                    process.destroyForcibly();
                    throw new ControlException(500, "the keeper did not start; its log: " + directory.log("keeper"));
                }
                LockSupport.parkNanos(POLL_NANOS);
                connected = KeeperClient.connect(socket);
            }
            orphans.note(connected.get().process().pid());
            return connected.get();
        } catch (IOException e) {
            throw new ControlException(500, "the keeper can't be started: " + e.getMessage(), e);
        }
    }

    private Process spawn(Path socket) throws IOException {
        // A session of its own: what ends the hypervisor from a terminal must not end the keeper.
        List<String> command = new ArrayList<>(List.of("setsid"));
        DomainStarter.Program program = new DomainStarter.Program(
                KeeperProcess.class.getName(),
                List.of(),
                HEAP_BYTES,
                new Sandbox.View(List.of(), List.of(), List.of(), false, true));
        command.addAll(JavaCommand.of(program, List.of(socket.toString())));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(directory.log("keeper").toFile()))
                .start();
    }

    private synchronized void use(KeeperClient connected) {
        if (closed) {
            connected.end();
            connected.close();
            return;
        }
        client = Optional.of(connected);
        things.forEach((key, thing) -> tell(connected, key, thing));
        Threads.daemon("keeper-death", () -> {
            connected.process().awaitDeath(-1);
            died(connected);
        });
    }

    private void died(KeeperClient dead) {
        synchronized (this) {
            if (closed) {
                return; // and whoever closed it may still be looking at it
            }
            client = Optional.empty();
            dead.close();
        }
        events.add("keeper-died", directory.machine(), "another one is started");
        while (!replaced()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(backoff.nextMillis(System.nanoTime())));
        }
    }

    private boolean replaced() {
        try {
            KeeperClient next = launch();
            synchronized (this) {
                if (closed) {
                    next.end();
                    next.close();
                } else {
                    use(next);
                    events.add(
                            "keeper",
                            directory.machine(),
                            "pid " + next.process().pid());
                }
            }
            return true;
        } catch (ControlException e) {
            LOG.error("no keeper: {}", e.getMessage());
            return isClosed();
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** Ends the keeper: nothing of the machine is left that would need it. */
    @Override
    public void close() {
        started.exceptionally(failure -> null).join();
        Optional<KeeperClient> last;
        synchronized (this) {
            closed = true;
            things.clear();
            last = client;
            client = Optional.empty();
        }
        last.ifPresent(connected -> {
            connected.end();
            connected.close();
        });
    }
}
