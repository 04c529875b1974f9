// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend;

import dev.ringfence.domain.Lease;
import dev.ringfence.memory.Doorbell;
import dev.ringfence.ring.Journal;

/**
 * What a worker needs of its queue.
 *
 * @param listener where the front-end rings
 * @param self rings that same bell from here, to wake the worker when its connection ends
 * @param frontend the service's, to be closed at the end
 */
record BackendQueue(
        int number,
        Lease lease,
        Journal journal,
        QueueService service,
        QueueMeter meter,
        Doorbell.Listener listener,
        Doorbell.Ringer self,
        Doorbell.Ringer frontend) {}
