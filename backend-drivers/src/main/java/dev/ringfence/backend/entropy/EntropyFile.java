// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.entropy;

import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.IoVector;

/** A character device such as /dev/urandom or /dev/hwrng, opened by the hypervisor. */
final class EntropyFile implements EntropySource {
    private final Descriptor file;

    EntropyFile(Descriptor file) {
        this.file = file;
    }

    @Override
    public int read(IoVector destination) {
        return (int) destination.receive(file);
    }

    @Override
    public void close() {
        file.close();
    }
}
