// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend;

import dev.ringfence.domain.ConnectionSpec;
import dev.ringfence.grant.GrantMap;
import dev.ringfence.grant.OwnershipTable;
import dev.ringfence.memory.Doorbell;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;
import dev.ringfence.ring.ControlRegion;
import dev.ringfence.ring.Journal;
import java.util.Optional;

/**
 * All that a {@link QueueService} works with.
 *
 * @param queue its number within the connection
 * @param ring the ring's pages, contiguous in the region
 * @param region the connection's I/O region, for the pages behind grants
 * @param meter to be told of every answer
 * @param ringer the front-end's bell
 * @param flips of a connection whose guest receives by page flip
 */
public record QueueContext(
        ConnectionSpec connection,
        int queue,
        Window ring,
        Window region,
        GrantMap grants,
        ControlRegion control,
        Journal journal,
        QueueMeter meter,
        Doorbell.Ringer ringer,
        Optional<Flips> flips) {
    /** Of a connection where no page changes hands. */
    public QueueContext(
            ConnectionSpec connection,
            int queue,
            Window ring,
            Window region,
            GrantMap grants,
            ControlRegion control,
            Journal journal,
            QueueMeter meter,
            Doorbell.Ringer ringer) {
        this(connection, queue, ring, region, grants, control, journal, meter, ringer, Optional.empty());
    }

    /**
     * Pages that change hands.
     *
     * @param region the I/O region once more, to be mapped page by page
     * @param driver this domain
     */
    public record Flips(OwnershipTable owners, SharedMemory region, int driver) {}
}
