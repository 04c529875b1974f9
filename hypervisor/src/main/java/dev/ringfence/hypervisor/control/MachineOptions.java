// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.control;

import java.util.function.BooleanSupplier;

/**
 * @param directory where the machine keeps its sockets and logs; exists, and its lock is held by the caller
 * @param inheritance what to do with domains that outlived an earlier hypervisor of the machine
 * @param supervision asked by the health monitor before each look whether to look at all; on its own thread
 */
public record MachineOptions(MachineDirectory directory, Inheritance inheritance, BooleanSupplier supervision) {
    /** Whether to go on with what an earlier hypervisor has left. */
    public enum Inheritance {
        /** Take it over when there is something; start afresh otherwise. */
        IF_ANY,
        /** Take it over, or fail. */
        REQUIRED,
        /** End it, and start afresh. */
        REFUSED
    }

    /** Supervised at all times. */
    public MachineOptions(MachineDirectory directory, Inheritance inheritance) {
        this(directory, inheritance, () -> true);
    }

    public MachineOptions(MachineDirectory directory) {
        this(directory, Inheritance.IF_ANY);
    }
}
