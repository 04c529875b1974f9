// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.health;

import dev.ringfence.hypervisor.machine.Limits;

/**
 * What a process of a domain may use: the machine file's word, or else what its connections need and plenty besides. The
 * defaults follow the number of queues because guests decide about that, and must not get their driver killed by it.
 *
 * @param sharedBytes memory it was handed, which isn't its own
 */
record Allowance(long memoryBytes, int cpuPercent, int files, int threads, long sharedBytes) {
    private static final long MEMORY_BYTES = 160L << 20;
    private static final int PROCESSORS_BESIDES = 2;
    private static final int FILES_BESIDES = 256;
    private static final int THREADS_BESIDES = 128;
    private static final int FILES_A_QUEUE = 8;

    /** @param deviceFiles that it was handed with its devices, whoever is connected */
    static Allowance of(Limits limits, int queues, int deviceFiles, long sharedBytes) {
        return new Allowance(
                limits.memoryBytes().orElse(MEMORY_BYTES),
                limits.budgets().cpuPercent().orElse(100 * (queues + PROCESSORS_BESIDES)),
                limits.budgets().files().orElse(FILES_BESIDES + FILES_A_QUEUE * queues + deviceFiles),
                limits.budgets().threads().orElse(THREADS_BESIDES + queues),
                sharedBytes);
    }
}
