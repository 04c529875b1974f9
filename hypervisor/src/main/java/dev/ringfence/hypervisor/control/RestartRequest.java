// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.control;

import java.nio.file.Path;
import java.util.List;

/**
 * How a driver domain is restarted.
 *
 * @param upgrade by a process that is started after this was asked for, from the class path as it is on disk then; otherwise
 *     by any standby
 * @param classPath jars and directories to put in front of the driver's class path from now on, in place of what an earlier
 *     upgrade put there; goes with {@code upgrade}
 */
public record RestartRequest(boolean upgrade, List<Path> classPath) {
    public static final RestartRequest PLAIN = new RestartRequest(false, List.of());

    public RestartRequest {
        classPath = List.copyOf(classPath);
        if (!upgrade && !classPath.isEmpty()) {
            throw new IllegalArgumentException("a class path goes with an upgrade: classPath=" + classPath);
        }
    }
}
