// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.control;

import dev.ringfence.hypervisor.keeper.KeeperClient;
import dev.ringfence.hypervisor.machine.ListenAddress;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where a machine keeps its sockets, logs and lock. Only its owner may enter it.
 *
 * @param path {@code <root>/<machine>}
 */
public record MachineDirectory(Path path) {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    /**
     * Where this user's machines are: {@code $RINGFENCE_STATE}, else {@code $XDG_RUNTIME_DIR/ringfence}, else
     * {@code /run/ringfence} for root and {@code /tmp/ringfence-<uid>} for others.
     */
    public static Path root(Map<String, String> environment) {
        String state = environment.getOrDefault("RINGFENCE_STATE", "");
        String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        if (!state.isEmpty()) {
            return Path.of(state).toAbsolutePath().normalize();
        } else if (!runtime.isEmpty()) {
            return Path.of(runtime, "ringfence");
        }
        int uid = ownUid();
        return uid == 0 ? Path.of("/run/ringfence") : Path.of("/tmp/ringfence-" + uid);
    }

    /** The machines below a root that run, with a hypervisor or without, by name. */
    public static List<MachineDirectory> running(Path root) {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(root)) {
            return entries.map(MachineDirectory::new)
                    .filter(machine -> machine.answers() || machine.isOrphaned())
                    .sorted((left, right) -> left.machine().compareTo(right.machine()))
                    .toList();
        } catch (IOException e) {
            throw new ControlException(500, root + " can't be read: " + e.getMessage(), e);
        }
    }

    public String machine() {
        return path.getFileName().toString();
    }

    public Path controlSocket() {
        return path.resolve("control.sock");
    }

    public Path keeperSocket() {
        return path.resolve("keeper.sock");
    }

    public Path storeSocket() {
        return path.resolve("xenstored.sock");
    }

    /** The hypervisor's own. */
    public Path log() {
        return path.resolve("hypervisor.log");
    }

    public Path log(String domain) {
        return path.resolve(domain + ".log");
    }

    public boolean answers() {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(controlSocket()));
        } catch (IOException e) {
            return false; // no socket, or nobody behind it: no machine either way
        }
    }

    /** True when its hypervisor is gone, and its domains are not: the next {@code up} can adopt them. */
    public boolean isOrphaned() {
        return !answers() && KeeperClient.answers(keeperSocket());
    }

    /**
     * Makes sure the directory is there, and that nobody else can get into it.
     *
     * @throws ControlException if it belongs to someone else, can't be created, or has too long a name for a socket
     */
    public void create() {
        int bytes = storeSocket().toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > ListenAddress.UNIX_PATH_BYTES_MAX) {
            throw new ControlException(
                    400,
                    "the state directory " + path + " is too long by " + (bytes - ListenAddress.UNIX_PATH_BYTES_MAX)
                            + " bytes for a UNIX socket; set RINGFENCE_STATE to a shorter one");
        }
        try {
            Files.createDirectories(path, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            for (Path directory : List.of(path.getParent(), path)) {
                requireOwn(directory);
            }
            Files.setPosixFilePermissions(path, OWNER_ONLY);
        } catch (IOException e) {
            throw new ControlException(
                    500,
                    "the state directory " + path + " can't be created: " + e + "; set RINGFENCE_STATE to another",
                    e);
        }
    }

    /** Empty when another {@code up} of the same machine holds it. Held until closed, or until this process is gone. */
    public Optional<MachineLock> tryLock() {
        return MachineLock.tryLock(path.resolve("lock"));
    }

    /** The process that holds the lock, for a message; empty when none does. */
    public Optional<String> lockHolder() {
        return MachineLock.holder(path.resolve("lock"));
    }

    /** In /tmp anyone could have made a directory of that name first, and would then own our sockets. */
    private static void requireOwn(Path directory) throws IOException {
        int owner = (Integer) Files.getAttribute(directory, "unix:uid");
        boolean shared = Files.getPosixFilePermissions(directory).contains(PosixFilePermission.OTHERS_WRITE);
        if (owner != ownUid() && (shared || owner != 0)) {
            throw new ControlException(
                    500,
                    "the state directory " + directory + " belongs to another user (uid " + owner
                            + "); set RINGFENCE_STATE to one of your own");
        }
    }

    private static int ownUid() {
        try {
            return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException e) {
            throw new ControlException(500, "/proc can't be read: " + e.getMessage(), e);
        }
    }
}
