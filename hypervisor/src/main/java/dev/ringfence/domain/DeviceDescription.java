// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.domain;

import java.util.Map;

/**
 * A device of a driver domain, as its hypervisor opened it; its files come along as descriptors.
 *
 * @param kind {@code image}, {@code device}, {@code memory}, {@code tap}, {@code switch} or {@code entropy}, or the name of a
 *     user's class
 * @param bytes capacity
 * @param options of a user's class; of a NIC its MTU and how its guest receives, of a switch {@link SwitchOptions}
 */
public record DeviceDescription(
        String name,
        String kind,
        long bytes,
        int sectorBytes,
        boolean readOnly,
        int maxQueues,
        Map<String, String> options) {
    public static final String IMAGE = "image";
    public static final String BLOCK_DEVICE = "device";
    public static final String MEMORY = "memory";
    public static final String TAP = "tap";
    public static final String SWITCH = "switch";
    public static final String ENTROPY = "entropy";

    public DeviceDescription {
        options = Map.copyOf(options);
    }
}
