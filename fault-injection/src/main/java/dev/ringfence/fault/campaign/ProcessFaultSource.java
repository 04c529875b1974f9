// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

import dev.ringfence.fault.campaign.FaultChoice.Choice;
import dev.ringfence.fault.lab.ProcessFault;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/** First a kind, then a store. */
final class ProcessFaultSource implements FaultSource {
    /** About as many as a driver's worker does in a trial. */
    private static final int STORES = 160;

    private final ProcessFaults spec;

    ProcessFaultSource(ProcessFaults spec) {
        this.spec = spec;
    }

    @Override
    public Choice choose(SplittableRandom random) {
        ProcessFault.Kind kind = spec.kinds().get(random.nextInt(spec.kinds().size()));
        int store = 1 + random.nextInt(STORES);
        return new Choice(
                new ProcessFault(kind, store),
                new FaultDescription(ProcessFault.FAMILY, kind.word(), "", "store " + store, ""));
    }

    @Override
    public void digest(CRC32C build) {
        build.update((ProcessFault.FAMILY + spec.kinds()).getBytes(StandardCharsets.UTF_8));
    }
}
