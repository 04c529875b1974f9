// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import java.util.OptionalLong;

/**
 * What a domain may use before the health monitor kills it.
 *
 * @param memoryBytes resident memory; empty: the hypervisor's default
 */
public record Limits(OptionalLong memoryBytes) {
    /** Nothing a JVM with a driver in it can run below. */
    public static final long MEMORY_BYTES_MIN = 48L << 20;

    public static final Limits DEFAULT = new Limits(OptionalLong.empty());
}
