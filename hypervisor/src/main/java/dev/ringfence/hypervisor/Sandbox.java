// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.hypervisor.keeper.Kept;
import dev.ringfence.memory.PidFd;
import dev.ringfence.memory.Processes;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The walls around one domain's processes, by bubblewrap: its own file system view, network, IPC, users, processes.
 *
 * <p>All processes of a driver domain share one PID namespace, which a sleeping process keeps open: robust mutexes carry
 * thread ids, and the kernel compares them as the dying thread's namespace counts. With a namespace for each process a
 * dying waiter can free the owner's lease.
 */
final class Sandbox implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sandbox.class);
    private static final Pattern CHILD_PID = Pattern.compile("\"child-pid\": (\\d+)");
    private static final String READY = "ready";
    private static final long PROBE_SECONDS = 10;

    private final Optional<PidFd> bubblewrap;
    private final Optional<PidFd> anchor;
    private Optional<Keeping> keeping = Optional.empty();

    private Sandbox(Optional<PidFd> bubblewrap, Optional<PidFd> anchor) {
        this.bubblewrap = bubblewrap;
        this.anchor = anchor;
    }

    /** Why there is no sandbox on this host, or empty when there is. */
    static Optional<String> missing() {
        try {
            Process probe = new ProcessBuilder(
                            "bwrap", "--unshare-user", "--unshare-pid", "--ro-bind", "/", "/", "true")
                    .redirectErrorStream(true)
                    .start();
            if (!probe.waitFor(PROBE_SECONDS, TimeUnit.SECONDS)) {
                probe.destroyForcibly();
                return Optional.of("bubblewrap does not answer");
            }
            String output = new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return probe.exitValue() == 0 ? Optional.empty() : Optional.of("bubblewrap does not work here: " + output);
        } catch (IOException e) {
            return Optional.of("bubblewrap is not installed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        }
    }

    static Sandbox none() {
        return new Sandbox(Optional.empty(), Optional.empty());
    }

    /** Opens the namespaces that all processes of one domain will share. */
    static Sandbox open() throws IOException {
        Process anchor = new ProcessBuilder(
                        "setsid",
                        "bwrap",
                        "--unshare-user",
                        "--unshare-pid",
                        "--ro-bind",
                        "/",
                        "/",
                        "--proc",
                        "/proc",
                        "--json-status-fd",
                        "1",
                        "--",
                        "/bin/sh",
                        "-c",
                        "echo " + READY + " >&2; exec sleep infinity")
                .redirectErrorStream(true)
                .start();
        BufferedReader status = anchor.inputReader(StandardCharsets.UTF_8);
        String line = status.readLine();
        Matcher child = CHILD_PID.matcher(line == null ? "" : line);
        // The pid is told before that process has written its map of user ids, and until then nobody can join it.
        if (!child.find() || !READY.equals(status.readLine())) {
            anchor.destroyForcibly();
            throw new IOException("bubblewrap did not start: " + line);
        }
        return new Sandbox(
                Optional.of(PidFd.open(anchor.pid())), Optional.of(PidFd.open(Long.parseLong(child.group(1)))));
    }

    /** Goes on with the walls that an earlier hypervisor has put up. */
    static Sandbox adopt(Kept kept) {
        Notes.Walls note = Keeper.read(kept.note(), Notes.Walls.class);
        return new Sandbox(
                Optional.of(PidFd.of(note.bubblewrap(), kept.descriptors().get(0))),
                Optional.of(PidFd.of(note.anchor(), kept.descriptors().get(1))));
    }

    /** Has a successor find these walls. */
    void keep(Keeper keeper, int domid) {
        if (bubblewrap.isPresent() && anchor.isPresent()) {
            keeping = Optional.of(keeper.keep(
                    Notes.walls(domid),
                    new Notes.Walls(bubblewrap.get().pid(), anchor.get().pid()),
                    List.of(bubblewrap.get().descriptor(), anchor.get().descriptor())));
        }
    }

    /** False when nobody can enter any more: the process that keeps the namespaces open is dead. */
    boolean stands() {
        return anchor.map(process -> !process.awaitDeath(0)).orElse(true);
    }

    /** Processes to be gone when the domain is: bubblewrap's own. */
    List<Long> pids() {
        return Stream.concat(bubblewrap.stream(), anchor.stream())
                .map(PidFd::pid)
                .toList();
    }

    /** What a domain may see of the file system and network besides system libraries and Java itself. */
    record View(List<Path> readable, List<Path> writable, List<Path> hidden, boolean network, boolean wholeSystem) {}

    /** The command that runs {@code command} inside; the same command when there are no walls. */
    List<String> wrap(List<String> command, View view) {
        if (anchor.isEmpty()) {
            return command;
        }
        List<String> wrapped = new ArrayList<>(List.of(
                "/bin/sh",
                "-c",
                "exec \"$@\" 8</proc/$0/ns/user 9</proc/$0/ns/pid",
                Long.toString(anchor.get().pid()),
                "bwrap",
                "--userns",
                "8",
                "--pidns",
                "9",
                "--unshare-ipc",
                "--unshare-uts",
                "--cap-drop",
                "ALL"));
        if (!view.network()) {
            wrapped.add("--unshare-net");
        }
        if (view.wholeSystem()) {
            wrapped.addAll(List.of("--ro-bind", "/", "/"));
        } else {
            addSystem(wrapped);
        }
        wrapped.addAll(List.of("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"));
        // Domains are in our session, and who opens its terminal can type into it.
        wrapped.addAll(List.of("--dev-bind", "/dev/null", "/dev/tty"));
        view.hidden().forEach(path -> wrapped.addAll(List.of("--tmpfs", path.toString())));
        view.readable().forEach(path -> wrapped.addAll(List.of("--ro-bind", path.toString(), path.toString())));
        view.writable().forEach(path -> wrapped.addAll(List.of("--bind", path.toString(), path.toString())));
        wrapped.addAll(List.of("--chdir", "/", "--"));
        wrapped.addAll(command);
        return wrapped;
    }

    private static void addSystem(List<String> wrapped) {
        wrapped.addAll(List.of("--ro-bind", "/usr", "/usr"));
        for (String directory : List.of("/lib", "/lib64", "/bin", "/sbin")) {
            Path path = Path.of(directory);
            try {
                if (Files.isSymbolicLink(path)) {
                    wrapped.addAll(
                            List.of("--symlink", Files.readSymbolicLink(path).toString(), directory));
                } else if (Files.exists(path)) {
                    wrapped.addAll(List.of("--ro-bind", directory, directory));
                }
            } catch (IOException e) {
                LOG.warn("{} is left out of the sandbox: {}", directory, e.getMessage());
            }
        }
        wrapped.addAll(List.of("--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"));
        wrapped.addAll(List.of("--ro-bind-try", "/etc/alternatives", "/etc/alternatives"));
        // Debian keeps a JDK's configuration under /etc and links to it.
        try (var entries = Files.newDirectoryStream(Path.of("/etc"), "java*")) {
            entries.forEach(path -> wrapped.addAll(List.of("--ro-bind", path.toString(), path.toString())));
        } catch (IOException e) {
            LOG.warn("Java's configuration is left out of the sandbox: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        keeping.ifPresent(Keeping::close);
        Stream.concat(bubblewrap.stream(), anchor.stream()).forEach(process -> {
            process.signal(Processes.SIGKILL);
            process.close();
        });
    }
}
