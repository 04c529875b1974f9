// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.IoVector;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.FrameHeaders;

/** A switch's way to the host: a TAP device. */
final class TapUplink extends Uplink {
    TapUplink(String device, Descriptor wire) {
        super(device, wire);
    }

    @Override
    public boolean put(IoVector frame, FrameHeaders of, boolean segmented) {
        return frame.send(wire) >= 0;
    }

    @Override
    int receive(IoVector empty, Window frame) {
        empty.add(frame, 0, frame.bytes());
        return (int) empty.receive(wire);
    }
}
