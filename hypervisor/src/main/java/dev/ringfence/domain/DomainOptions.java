// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.domain;

import java.nio.file.Path;
import java.util.List;

/**
 * The command line of a domain's process, written and read here only.
 *
 * @param socket where its hypervisor listens for it
 * @param process the number its hypervisor knows this process by; never reused while the machine is up
 * @param domid its domain's id, the same for all its processes and incarnations
 */
public record DomainOptions(Path socket, int process, int domid, String name) {
    public List<String> toArguments() {
        return List.of(socket.toString(), Integer.toString(process), Integer.toString(domid), name);
    }

    public static DomainOptions parse(String[] arguments) {
        if (arguments.length != 4) {
            throw new IllegalArgumentException(
                    "a domain is started by its hypervisor, with four arguments: count=" + arguments.length);
        }
        return new DomainOptions(
                Path.of(arguments[0]), Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]), arguments[3]);
    }
}
