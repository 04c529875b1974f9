// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.domain;

import dev.ringfence.memory.Doorbell;

/**
 * A guest's end of an event channel.
 *
 * @param ringer rings at the driver
 * @param listener hears the driver
 * @param self rings the listener's bell from here: to wake whoever sleeps on it
 */
public record EventChannel(int port, Doorbell.Ringer ringer, Doorbell.Listener listener, Doorbell.Ringer self)
        implements AutoCloseable {
    @Override
    public void close() {
        ringer.close();
        listener.close();
        self.close();
    }
}
