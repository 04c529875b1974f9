// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

/**
 * What a worker process is asked to do and measure.
 *
 * @param target which of its devices, by a name it knows
 * @param nanos how long
 */
record Order(String target, Workload workload, long nanos, long seed) {}
