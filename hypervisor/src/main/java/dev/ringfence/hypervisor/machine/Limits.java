// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import java.util.OptionalLong;

/**
 * What a domain may use before the health monitor kills it.
 *
 * @param memoryBytes of its own, resident or swapped out; empty: the hypervisor's default
 * @param budgets the rest, of a driver domain
 */
public record Limits(OptionalLong memoryBytes, Budgets budgets) {
    /** What a JVM needs besides its heap, at most: metadata, compiled code, compilers at work, stacks. */
    public static final long JVM_BYTES = 80L << 20;

    /** Nothing a JVM with a driver in it can run below. */
    public static final long MEMORY_BYTES_MIN = JVM_BYTES + (8L << 20);

    public static final Limits DEFAULT = new Limits(OptionalLong.empty());

    /** With the default budgets. */
    public Limits(OptionalLong memoryBytes) {
        this(memoryBytes, Budgets.DEFAULT);
    }
}
