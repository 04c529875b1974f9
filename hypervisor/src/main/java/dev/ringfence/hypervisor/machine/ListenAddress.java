// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Where a program listens. Loopback and UNIX sockets only: NBD as served here knows no authentication. */
public sealed interface ListenAddress {
    /** {@code sun_path} has 108 bytes, one of them for the NUL. */
    int UNIX_PATH_BYTES_MAX = 107;

    record Unix(Path path) implements ListenAddress {
        boolean fits() {
            return path.toString().getBytes(StandardCharsets.UTF_8).length <= UNIX_PATH_BYTES_MAX;
        }

        @Override
        public String toString() {
            return "unix:" + path;
        }
    }

    /** @param host an address of the loopback interface */
    record Tcp(String host, int port) implements ListenAddress {
        @Override
        public String toString() {
            return "tcp:" + host + ":" + port;
        }
    }
}
