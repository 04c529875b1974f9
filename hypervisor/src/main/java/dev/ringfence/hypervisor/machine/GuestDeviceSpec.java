// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import dev.ringfence.domain.DeviceKind;
import dev.ringfence.domain.ReceiveMode;
import java.util.OptionalLong;

/**
 * A device of a guest.
 *
 * @param as the guest's own name for it, such as "xvda" or "eth0"
 * @param disk what it leads to, in a driver domain
 * @param queues how many queues to open, at most what the device offers
 * @param address of a NIC, its first octet in bits 40 to 47; empty for others
 * @param sources of a NIC at a switch: whom it may send as
 * @param receive of a NIC: how it gets frames
 * @param tags of a disk: the guest knows what each sector must hold
 */
public record GuestDeviceSpec(
        DeviceKind kind,
        String as,
        DiskRef disk,
        AccessMode mode,
        int queues,
        RateLimits limits,
        OptionalLong address,
        SourceSpec sources,
        ReceiveMode receive,
        boolean tags) {
    /** A disk. */
    public GuestDeviceSpec(String as, DiskRef disk, AccessMode mode, int queues, RateLimits limits) {
        this(
                DeviceKind.BLOCK,
                as,
                disk,
                mode,
                queues,
                limits,
                OptionalLong.empty(),
                SourceSpec.ITSELF,
                ReceiveMode.COPY,
                false);
    }

    /** A NIC's address as people write it. */
    public String addressText() {
        StringBuilder text = new StringBuilder();
        for (int shift = 40; shift >= 0; shift -= 8) {
            text.append(text.isEmpty() ? "" : ":").append("%02x".formatted(address.orElse(0) >>> shift & 0xff));
        }
        return text.toString();
    }
}
