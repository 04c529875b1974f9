// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli.doctor;

import java.util.List;

/** Programs that Ringfence does not need, but its users may. */
final class ToolChecks {
    private record Tool(String program, String debianPackage, String use) {}

    private static final List<Tool> TOOLS = List.of(
            new Tool("nbdcopy", "libnbd-bin", "copying disks in and out over NBD"),
            new Tool("qemu-img", "qemu-utils", "making, converting and measuring disk images"),
            new Tool("fio", "fio", "loading a disk from outside, to measure it"),
            new Tool("ip", "iproute2", "making network namespaces, and giving interfaces their addresses"),
            new Tool("xenstore-ls", "xenstore-utils", "looking into the store with Xen's own tools"),
            new Tool("mkfs.ext4", "e2fsprogs", "making a file system on a disk"),
            new Tool("e2fsck", "e2fsprogs", "checking a file system after a driver was killed"));

    private ToolChecks() {}

    static List<Finding> of(Host host) {
        return TOOLS.stream().map(tool -> check(host, tool)).toList();
    }

    private static Finding check(Host host, Tool tool) {
        return host.program(tool.program)
                .map(file -> Finding.ok(tool.program, file.toString()))
                .orElseGet(() ->
                        Finding.warn(tool.program, "not found", "no " + tool.use, "apt install " + tool.debianPackage));
    }
}
