// SPDX-License-Identifier: Apache-2.0
/**
 * What it costs to hand a guest data in each of the ways there are, from 64 bytes to 2 MiB: {@code ringfence bench flip}.
 *
 * <pre>
 *   Way       copy        into a page that the guest has granted
 *             flip        the page itself for an empty one, in the ownership table
 *             guarded     the same, and the driver's mapping changes too
 *             map         the guest's pages are mapped, and unmapped again
 *             direct      the floor: the device writes into the granted page itself, and nothing has to be moved
 *   Neighbour a second thread of the process, on another processor: what makes a change of mappings dear
 *
 *   FlipBenchmark goes round them:  FlipMemory, Stopwatch -> FlipSeries -> Crossover, FlipGoals -> FlipReport
 * </pre>
 *
 * <p>Start reading at {@link dev.ringfence.benchmark.flip.FlipBenchmark}, then {@link dev.ringfence.benchmark.flip.Way}.
 */
package dev.ringfence.benchmark.flip;
