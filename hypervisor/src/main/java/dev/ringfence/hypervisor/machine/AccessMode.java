// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

/** How a guest opens a disk. A disk has one writer, or any number of readers. */
public enum AccessMode {
    READ("r"),
    WRITE("w");

    private final String letter;

    AccessMode(String letter) {
        this.letter = letter;
    }

    /** As in the machine file and in the store's {@code mode} key: "r" or "w". */
    public String letter() {
        return letter;
    }
}
