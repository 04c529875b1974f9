// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A user's own {@link dev.ringfence.backend.block.BlockDevice}, to be tried in the lab. What it keeps it keeps in the file that its
 * option {@code image} names, 64 sectors of 512 bytes: the lab looks at that, too.
 *
 * @param classpath where the class is, beside what the lab has itself
 * @param options for it, beside {@code image}
 */
public record UserDisk(String className, List<Path> classpath, Map<String, String> options) {
    public UserDisk {
        classpath = List.copyOf(classpath);
        options = Map.copyOf(options);
    }
}
