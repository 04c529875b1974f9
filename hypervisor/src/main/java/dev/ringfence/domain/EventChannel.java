// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.domain;

import dev.ringfence.memory.Doorbell;

/** A guest's end of an event channel: its port, the bell it rings and the one it listens to. */
public record EventChannel(int port, Doorbell.Ringer ringer, Doorbell.Listener listener) implements AutoCloseable {
    @Override
    public void close() {
        ringer.close();
        listener.close();
    }
}
