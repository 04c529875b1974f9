// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.net;

import dev.ringfence.backend.net.NetDriver;

/** The network driver, which says what its workers allocate. */
final class CountingDriver {
    private CountingDriver() {}

    public static void main(String[] arguments) {
        AllocationLog.start("queue .*");
        NetDriver.main(arguments);
    }
}
