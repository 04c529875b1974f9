// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.hypervisor.health.ViolationReport;
import dev.ringfence.hypervisor.health.ViolationReport.Verdict;
import dev.ringfence.protocol.BlkifLayout;
import dev.ringfence.protocol.BlockRequest;
import dev.ringfence.ring.Journal;

/**
 * What a queue's journal says to a guest's complaint about a response.
 *
 * <pre>
 *   the journal has of that response          so
 *   nothing any more                          open
 *   a status that blkif does not know         proven: the driver itself recorded it
 *   exactly what the guest complains about    refuted: the guest had asked for just this
 *   something else                            open: the slot was overwritten, and both can write it
 * </pre>
 */
record JournalEvidence(Journal journal) {
    Verdict check(ViolationReport report) {
        int entry = journal.findAnswer(report.index());
        if (entry < 0) {
            return Verdict.OPEN;
        }
        BlockRequest request = new BlockRequest();
        request.decode(journal.window(), journal.requestOffset(entry));
        int status = journal.status(entry);
        if (journal.findAnswer(report.index()) != entry) {
            return Verdict.OPEN; // used again while we read it
        }
        if (status > BlkifLayout.OKAY || status < BlkifLayout.EOPNOTSUPP) {
            return Verdict.PROVEN;
        }
        boolean same =
                request.id() == report.id() && request.transfer() == report.operation() && status == report.status();
        return same ? Verdict.REFUTED : Verdict.OPEN;
    }
}
