// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.domain;

import java.util.Arrays;
import java.util.Optional;

/** The device classes there are, and how each is spelled: by machine files, in the store, to people. */
public enum DeviceKind {
    BLOCK("block", "vbd", "disk", "disk", "disk/vol0", "virtual-device"),
    NET("net", "vif", "nic", "NIC", "net/lan", "handle"),
    ENTROPY("entropy", "rng", "entropy", "source of random bytes", "rng/urandom", "handle");

    private static final int XVDA = 202 << 8;
    private static final int MINORS_A_DISK = 16;

    private final String driver;
    private final String type;
    private final String guestKey;
    private final String noun;
    private final String example;
    private final String handleKey;

    DeviceKind(String driver, String type, String guestKey, String noun, String example, String handleKey) {
        this.driver = driver;
        this.type = type;
        this.guestKey = guestKey;
        this.noun = noun;
        this.example = example;
        this.handleKey = handleKey;
    }

    /** What a machine file's {@code "driver"} calls it. */
    public static Optional<DeviceKind> ofDriver(String driver) {
        return Arrays.stream(values())
                .filter(kind -> kind.driver.equals(driver))
                .findFirst();
    }

    /** As in a machine file's {@code "driver"}. */
    public String driver() {
        return driver;
    }

    /** The directory of such devices in the store. */
    public String type() {
        return type;
    }

    /** The key by which a guest of a machine file names a device of this kind. */
    public String guestKey() {
        return guestKey;
    }

    /** What people call it. */
    public String noun() {
        return noun;
    }

    /** Of the value of {@link #guestKey}. */
    public String example() {
        return example;
    }

    /** The key of a device's {@link #handle} in its front-end's directory. */
    public String handleKey() {
        return handleKey;
    }

    /**
     * The number of a guest's device: as Xen numbers them, block devices by major and minor, others by their place.
     *
     * @param place among all devices of the guest, from 0
     */
    public int handle(int place) {
        return this == BLOCK ? XVDA + place * MINORS_A_DISK : place;
    }
}
