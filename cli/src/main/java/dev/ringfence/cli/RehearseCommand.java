// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import dev.ringfence.backend.DressRehearsal;
import dev.ringfence.backend.block.BlockDriver;
import picocli.CommandLine.Command;

/** For {@code bin/ringfence}, which lets the JVM archive what this has loaded. */
@Command(
        name = "rehearse",
        description = "Starts a driver and warms it up, then ends.",
        mixinStandardHelpOptions = true,
        hidden = true)
final class RehearseCommand implements Runnable {
    @Override
    public void run() {
        DressRehearsal.run(new BlockDriver());
    }
}
