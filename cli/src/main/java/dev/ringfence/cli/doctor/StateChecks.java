// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli.doctor;

import dev.ringfence.hypervisor.machine.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/** The directory where machines keep sockets and logs. */
final class StateChecks {
    private static final String NAME = "state directory";
    private static final long FREE_BYTES_MIN = 64L << 20;
    private static final Set<PosixFilePermission> OPEN =
            Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
    private static final String ELSEWHERE = "set RINGFENCE_STATE to a directory of your own";

    private StateChecks() {}

    static List<Finding> of(Host host) {
        Path root = host.stateRoot();
        Path existing = root;
        while (!Files.exists(existing)) {
            existing = existing.getParent();
        }
        try {
            return List.of(directory(root, existing), space(existing));
        } catch (IOException e) {
            return List.of(Finding.missing(NAME, root + ": " + e.getMessage(), "no machine will run", ELSEWHERE));
        }
    }

    private static Finding directory(Path root, Path existing) throws IOException {
        if (!Files.isDirectory(existing) || !Files.isWritable(existing)) {
            return Finding.missing(NAME, existing + " is not a directory of yours", "no machine will run", ELSEWHERE);
        } else if (!existing.equals(root)) {
            return Finding.ok(NAME, root + ", to be created");
        }
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(root);
        String found = root + ", " + PosixFilePermissions.toString(mode);
        return mode.stream().noneMatch(OPEN::contains)
                ? Finding.ok(NAME, found)
                : Finding.warn(
                        NAME,
                        found,
                        "other users can put directories of their own where a machine's would be",
                        "chmod go-w " + root);
    }

    private static Finding space(Path existing) throws IOException {
        long bytes = Files.getFileStore(existing).getUsableSpace();
        String found = ByteSize.format(bytes - bytes % (1 << 20)) + " at " + existing;
        return bytes >= FREE_BYTES_MIN
                ? Finding.ok("free space", found)
                : Finding.warn(
                        "free space",
                        found,
                        "a machine's logs may be cut short",
                        "free " + ByteSize.format(FREE_BYTES_MIN) + " there, or " + ELSEWHERE);
    }
}
