// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.drivers;

import dev.ringfence.backend.block.BlockDriver;
import dev.ringfence.backend.entropy.EntropyDriver;
import dev.ringfence.backend.net.NetDriver;
import dev.ringfence.domain.DeviceKind;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** The program that serves each kind of device. */
public final class Drivers {
    private Drivers() {}

    /** The main class of a driver domain, by what a machine file's {@code "driver"} calls it. */
    public static Map<String, String> programs() {
        return Arrays.stream(DeviceKind.values())
                .collect(Collectors.toMap(
                        DeviceKind::driver, kind -> program(kind).getName()));
    }

    private static Class<?> program(DeviceKind kind) {
        return switch (kind) {
            case BLOCK -> BlockDriver.class;
            case NET -> NetDriver.class;
            case ENTROPY -> EntropyDriver.class;
        };
    }
}
