// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;

/** Whether the file or block device under a disk can carry it. */
final class DeviceFileCheck {
    /**
     * File systems whose writes may go on after the process that made them is dead: over the network, or in another
     * process. A takeover replays requests on the promise that this can't happen.
     */
    private static final Set<String> OUTLIVING = Set.of(
            "9p",
            "afs",
            "beegfs",
            "ceph",
            "cifs",
            "coda",
            "fuse",
            "fuseblk",
            "gfs2",
            "glusterfs",
            "gpfs",
            "lustre",
            "ncpfs",
            "nfs",
            "nfs4",
            "ocfs2",
            "orangefs",
            "smb2",
            "smb3",
            "smbfs",
            "virtiofs");

    private final Section section;
    private final int sectorBytes;
    private final boolean readOnly;

    DeviceFileCheck(Section section, int sectorBytes, boolean readOnly) {
        this.section = section;
        this.sectorBytes = sectorBytes;
        this.readOnly = readOnly;
    }

    Backing device(Path path, FileFacts facts) {
        if (facts.kind() == FileFacts.Kind.MISSING) {
            section.problem("device", "no such device");
        } else if (facts.kind() != FileFacts.Kind.BLOCK_DEVICE) {
            section.problem("device", "not a block device; use \"image\" for a file");
        } else {
            checkPermission("device", facts);
        }
        return new Backing.RawDevice(path);
    }

    Backing image(Path path, FileFacts facts, OptionalLong size) {
        if (writesOutlive(facts.fileSystem())) {
            section.problem(
                    "image",
                    "lies on " + facts.fileSystem() + ", where a write can outlive the driver that made it;"
                            + " use a file system of a local disk");
        }
        switch (facts.kind()) {
            case MISSING -> missing(facts, size);
            case FILE -> file(facts, size);
            case DIRECTORY -> section.problem("image", "is a directory, not an image file");
            case BLOCK_DEVICE -> section.problem("image", "is a block device; use \"device\" for it");
            case CHARACTER_DEVICE, OTHER -> section.problem("image", "is not a regular file");
        }
        boolean create = facts.kind() == FileFacts.Kind.MISSING;
        return new Backing.Image(path, create ? size.orElse(0) : facts.bytes(), create);
    }

    private void missing(FileFacts facts, OptionalLong size) {
        if (readOnly) {
            section.problem("image", "no such file; a read-only image must be there");
        } else if (!section.has("size")) {
            section.problem(
                    "image", "no such file; check the path, or have it created by giving e.g. \"size\": \"64MiB\"");
        } else if (size.isPresent() && !facts.writable()) {
            section.problem("image", "can't be created: its directory is missing or not writable");
        }
    }

    private void file(FileFacts facts, OptionalLong size) {
        checkPermission("image", facts);
        if (size.isPresent() && size.getAsLong() != facts.bytes()) {
            section.problem(
                    "size",
                    "is " + size.getAsLong() + " bytes, but the image has " + facts.bytes()
                            + "; drop \"size\" to use the image as it is");
        }
        if (facts.bytes() == 0) {
            section.problem("image", "is empty; a disk has at least one sector");
        } else if (facts.bytes() % sectorBytes != 0) {
            section.problem(
                    "image", "has " + facts.bytes() + " bytes, not a multiple of the sector size, " + sectorBytes);
        }
    }

    private void checkPermission(String key, FileFacts facts) {
        if (!facts.readable()) {
            section.problem(key, "no permission to read it");
        } else if (!readOnly && !facts.writable()) {
            section.problem(key, "no permission to write it; allow that, or give \"readOnly\": true");
        }
    }

    private static boolean writesOutlive(String fileSystem) {
        String type = fileSystem.toLowerCase(Locale.ROOT);
        return OUTLIVING.contains(type) || type.startsWith("fuse.");
    }
}
