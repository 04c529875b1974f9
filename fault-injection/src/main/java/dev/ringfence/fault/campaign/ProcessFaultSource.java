// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

import dev.ringfence.fault.campaign.FaultChoice.Choice;
import dev.ringfence.fault.lab.FaultyRun;
import dev.ringfence.fault.lab.Guest.Workload;
import dev.ringfence.fault.lab.ProcessFault;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/** First a kind, then a store. */
final class ProcessFaultSource implements FaultSource {
    /** About as many as a driver's worker does in a trial. */
    private static final int STORES = 160;

    /** About as many as a network driver's two workers do. */
    private static final int NET_STORES = 440;

    private static final int RANDOM_STORES = 900;
    private static final int HEIR_STORES = 150;

    private final ProcessFaults spec;
    private final int stores;

    ProcessFaultSource(ProcessFaults spec, String driver, Workload workload) {
        this.spec = spec;
        this.stores = driver.equals(FaultyRun.NET) ? NET_STORES : workload == Workload.RANDOM ? RANDOM_STORES : STORES;
    }

    @Override
    public Choice choose(SplittableRandom random) {
        ProcessFault.Kind kind = spec.kinds().get(random.nextInt(spec.kinds().size()));
        int store = 1 + random.nextInt(stores);
        int heirStore = kind == ProcessFault.Kind.DIE_TWICE ? 1 + random.nextInt(HEIR_STORES) : 0;
        String place = "store " + store + (heirStore > 0 ? " and " + heirStore : "");
        return new Choice(
                new ProcessFault(kind, store, heirStore),
                new FaultDescription(ProcessFault.FAMILY, kind.word(), "", place, ""));
    }

    @Override
    public void digest(CRC32C build) {
        build.update((ProcessFault.FAMILY + spec.kinds()).getBytes(StandardCharsets.UTF_8));
    }
}
