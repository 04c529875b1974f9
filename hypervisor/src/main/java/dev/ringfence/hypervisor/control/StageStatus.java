// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.control;

/**
 * How long one stage of a driver domain's takeovers took.
 *
 * @param stage a word of {@link RecoveryStatus#stages}
 * @param count how many takeovers there were
 * @param sumNanos of all of them together, as the histogram has them (to two digits)
 */
public record StageStatus(
        String stage, long count, long p50Nanos, long p99Nanos, long p999Nanos, long maxNanos, long sumNanos) {}
