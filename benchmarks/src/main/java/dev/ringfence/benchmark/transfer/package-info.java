// SPDX-License-Identifier: Apache-2.0
/**
 * What a download feels of its network driver's death: HTTP between two network namespaces, the kernel's TCP/IP at both ends,
 * through a driver domain whose driver is killed.
 *
 * <pre>
 *   TransferServer --> kernel --> TAP --> driver --> guest --> TAP --> kernel --> TransferClient
 *      of one host                          X killed                          of another: Arrivals
 * </pre>
 *
 * <p>Start reading at {@link dev.ringfence.benchmark.transfer.TransferBenchmark}.
 */
package dev.ringfence.benchmark.transfer;
