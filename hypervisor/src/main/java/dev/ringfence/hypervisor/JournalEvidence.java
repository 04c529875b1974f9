// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.domain.DeviceKind;
import dev.ringfence.hypervisor.health.ViolationReport;
import dev.ringfence.hypervisor.health.ViolationReport.Verdict;
import dev.ringfence.protocol.BlkifLayout;
import dev.ringfence.protocol.BlockRequest;
import dev.ringfence.protocol.EntropyRequest;
import dev.ringfence.protocol.EntropyResponse;
import dev.ringfence.ring.Journal;

/**
 * What a queue's journal says to a guest's complaint about a response.
 *
 * <pre>
 *   the journal has of that response              so
 *   nothing any more                              open
 *   a status that the protocol does not know      proven: the driver itself recorded it
 *   exactly what the guest complains about        refuted: the guest had asked for just this
 *   something else                                open: the slot was overwritten, and both can write it
 * </pre>
 *
 * <p>Of a NIC nothing is ever proven: what an answer says there is no status alone.
 */
record JournalEvidence(Journal journal, DeviceKind kind) {
    Verdict check(ViolationReport report) {
        int entry = journal.findAnswer(report.index());
        if (entry < 0) {
            return Verdict.OPEN;
        }
        int status = journal.status(entry);
        Verdict verdict =
                switch (kind) {
                    case BLOCK -> block(entry, status, report);
                    case NET -> Verdict.OPEN;
                    case ENTROPY -> entropy(entry, status, report);
                };
        // used again while we read it?
        return journal.findAnswer(report.index()) == entry ? verdict : Verdict.OPEN;
    }

    private Verdict block(int entry, int status, ViolationReport report) {
        BlockRequest request = new BlockRequest();
        request.decode(journal.window(), journal.requestOffset(entry));
        if (status > BlkifLayout.OKAY || status < BlkifLayout.EOPNOTSUPP) {
            return Verdict.PROVEN;
        }
        boolean same =
                request.id() == report.id() && request.transfer() == report.operation() && status == report.status();
        return same ? Verdict.REFUTED : Verdict.OPEN;
    }

    private Verdict entropy(int entry, int status, ViolationReport report) {
        EntropyRequest request = new EntropyRequest();
        request.decode(journal.window(), journal.requestOffset(entry));
        if (!EntropyResponse.isPlausible(status, request.length())) {
            return Verdict.PROVEN;
        }
        return request.id() == report.id() && status == report.status() ? Verdict.REFUTED : Verdict.OPEN;
    }
}
