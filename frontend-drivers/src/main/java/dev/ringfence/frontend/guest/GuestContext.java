// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.guest;

import dev.ringfence.frontend.block.BlockFrontend;
import dev.ringfence.frontend.entropy.EntropyFrontend;
import java.util.List;
import java.util.Map;

/** What a guest's program can reach. */
public interface GuestContext {
    /** As the machine file gives them. */
    List<String> arguments();

    /**
     * A disk, by the guest's own name for it, such as {@code xvda}. The program that takes it is its only user.
     *
     * @throws IllegalArgumentException when the guest has no such disk
     */
    BlockFrontend disk(String as);

    /**
     * A source of random bytes, by the guest's own name for it, such as {@code rng0}. The program that takes it is its only
     * user; {@link dev.ringfence.frontend.entropy.RandomBytes} shares it among threads.
     *
     * @throws IllegalArgumentException when the guest has no such source
     */
    EntropyFrontend entropy(String as);

    /** Adds to the machine's event stream; figures carry their unit in the key. */
    void report(String kind, String message, Map<String, Long> figures);
}
