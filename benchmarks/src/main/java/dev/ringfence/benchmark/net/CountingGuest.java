// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.net;

import dev.ringfence.frontend.guest.GuestDomain;

/** A guest that says what the threads between its NIC and the kernel allocate. */
final class CountingGuest {
    private CountingGuest() {}

    public static void main(String[] arguments) {
        AllocationLog.start(".*-(in|out)-[0-9]+");
        GuestDomain.main(arguments);
    }
}
