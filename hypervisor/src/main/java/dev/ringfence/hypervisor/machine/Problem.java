// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

/**
 * One thing wrong with a machine file.
 *
 * @param line from 1; 0 when the file could not be read at all
 * @param column from 1
 * @param path of keys, such as {@code driverDomains[0].devices[1].size}; empty for the file as a whole
 * @param message what is wrong and what to do about it
 */
public record Problem(String file, int line, int column, String path, String message) {
    /** {@code quickstart.json:12:7: driverDomains[0].devices[1].size: message}. */
    @Override
    public String toString() {
        String place = line == 0 ? file : file + ":" + line + ":" + column;
        return path.isEmpty() ? place + ": " + message : place + ": " + path + ": " + message;
    }
}
