// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

import dev.ringfence.fault.campaign.FaultChoice.Choice;
import dev.ringfence.fault.lab.DeviceFault;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/** First a kind, then a seed for all else. */
final class DeviceFaultSource implements FaultSource {
    private final DeviceFaults spec;

    DeviceFaultSource(DeviceFaults spec) {
        this.spec = spec;
    }

    @Override
    public Choice choose(SplittableRandom random) {
        DeviceFault.Kind kind = spec.kinds().get(random.nextInt(spec.kinds().size()));
        DeviceFault fault = new DeviceFault(kind, random.nextLong());
        return new Choice(fault, new FaultDescription(DeviceFault.FAMILY, kind.word(), "", "", ""));
    }

    @Override
    public void digest(CRC32C build) {
        build.update((DeviceFault.FAMILY + spec.kinds()).getBytes(StandardCharsets.UTF_8));
    }
}
