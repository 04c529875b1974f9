// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import dev.ringfence.domain.DomainOptions;
import dev.ringfence.frontend.guest.GuestDomain;
import java.io.IOException;

/** The guests of the machines under test: ordinary ones, except those whose name says that they are not. */
public final class TestGuest {
    private TestGuest() {}

    public static void main(String[] arguments) throws IOException {
        if (DomainOptions.parse(arguments).name().startsWith("hostile")) {
            HostileGuest.main(arguments);
        } else {
            GuestDomain.main(arguments);
        }
    }
}
