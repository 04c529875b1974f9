// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.hypervisor.control.UsageStatus;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a guest's device has used since it was plugged in: the totals of its past connections, and what the present one has in
 * its memory, which is gone when it closes. Any thread.
 */
final class DeviceAccount {
    private UsageStatus past = UsageStatus.NONE;
    private Optional<Supplier<UsageStatus>> present = Optional.empty();

    /** @param reader reads a connection's memory; not asked any more once {@link #close} has returned */
    synchronized void open(Supplier<UsageStatus> reader) {
        present = Optional.of(reader);
    }

    synchronized void close() {
        past = usage();
        present = Optional.empty();
    }

    synchronized UsageStatus usage() {
        return past.plus(present.map(Supplier::get).orElse(UsageStatus.NONE));
    }
}
