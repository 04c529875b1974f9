// SPDX-License-Identifier: Apache-2.0
/**
 * What a guest feels of its driver's death: {@code ringfence bench recovery}.
 *
 * <pre>
 *   RecoveryMachine    a driver with a warm standby, and a guest that runs RecoveryLoad
 *     QueueLoad        tagged reads and writes, judged by TagChecker      guest's side
 *     LoadMemory       completion times, counters, orders                 shared
 *     KillRun          kills, finds the gap around it                     our side
 *   LeaseFloor         a bare lease between LeaseHolders: what the kernel and the JVM take
 *
 *   RecoveryBenchmark goes round them:  OutageRun -> OutageSeries -> RecoveryGoals -> RecoveryReport
 *
 *   KillSweepBenchmark the same machine, its driver killed at shorter and shorter intervals: KillSweepRun
 * </pre>
 *
 * <p>Start reading at {@link dev.ringfence.benchmark.recovery.RecoveryBenchmark}.
 */
package dev.ringfence.benchmark.recovery;
