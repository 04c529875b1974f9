// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

/** Names a device of a driver domain; written "domain/device". */
public record DiskRef(String domain, String device) {
    @Override
    public String toString() {
        return domain + "/" + device;
    }
}
