// SPDX-License-Identifier: Apache-2.0
/**
 * How fast it is, beside the floor and the peers: {@code ringfence bench}.
 *
 * <pre>
 *   ring        RingLoad in a guest  ->  driver      BenchMachine
 *   direct      DirectLoad, the driver's engine without anything around it
 *   round trip  RoundTrip  ->  Echo: notification without I/O
 *   gateway     fio  ->  a guest's NBD server  ->  driver
 *   peers       fio  ->  nbdkit, qemu-nbd
 *
 *   BlockBenchmark goes round them:  Testbed -> Results -> BlockGoals -> BlockReport
 * </pre>
 *
 * <p>Start reading at {@link dev.ringfence.benchmark.BlockBenchmark}.
 */
package dev.ringfence.benchmark;
