// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

import dev.ringfence.fault.campaign.FaultChoice.Choice;
import dev.ringfence.fault.lab.ProtocolFault;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/** First a kind, then to which of the things that pass, then to which of its bits. */
final class ProtocolFaultSource implements FaultSource {
    private final ProtocolFaults spec;

    ProtocolFaultSource(ProtocolFaults spec) {
        this.spec = spec;
    }

    @Override
    public Choice choose(SplittableRandom random) {
        ProtocolFault.Kind kind = spec.kinds().get(random.nextInt(spec.kinds().size()));
        int which = 1 + random.nextInt(kind.least());
        return new Choice(
                new ProtocolFault(kind, which, random.nextLong()),
                new FaultDescription(ProtocolFault.FAMILY, kind.word(), "", "number " + which, ""));
    }

    @Override
    public void digest(CRC32C build) {
        build.update((ProtocolFault.FAMILY + spec.kinds()).getBytes(StandardCharsets.UTF_8));
    }
}
