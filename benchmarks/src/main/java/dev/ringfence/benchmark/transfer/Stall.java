// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.transfer;

/**
 * What the application felt of one death: the longest silence between two of its reads.
 *
 * @param nanos around the kill
 * @param quietNanos in a span as long, just before it, with nobody killed
 * @param retransmitted segments that TCP sent again meanwhile
 * @param timeouts of TCP meanwhile
 * @param killedMillis since the transfer began
 */
public record Stall(long nanos, long quietNanos, long retransmitted, long timeouts, long killedMillis) {}
