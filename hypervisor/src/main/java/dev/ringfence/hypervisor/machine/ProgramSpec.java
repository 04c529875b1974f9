// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import java.nio.file.Path;
import java.util.List;

/** What a guest runs. */
public sealed interface ProgramSpec {
    /** An NBD server for one of the guest's disks. */
    record Nbd(String device, ListenAddress listen) implements ProgramSpec {}

    /**
     * A network interface of the host that is one of the guest's NICs: the kernel's network stack is the guest then.
     *
     * @param tap its address and MTU are the NIC's
     */
    record Tap(String device, Backing.Tap tap) implements ProgramSpec {}

    /** A {@code main} of the user's own. */
    record Java(String className, List<Path> classpath, List<String> args) implements ProgramSpec {
        public Java {
            classpath = List.copyOf(classpath);
            args = List.copyOf(args);
        }
    }
}
