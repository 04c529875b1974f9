// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.memory.Window;
import dev.ringfence.protocol.BlkifLayout;
import dev.ringfence.ring.RingLayout;
import java.util.function.Consumer;

/**
 * What a guest can do to a driver's successor: it writes over everything in its ring that it may write and that is not an
 * answer it waits for.
 */
enum HostileGuest implements Consumer<LabConnection> {
    CLAIMS_ONE_RESPONSE_MORE,
    CLAIMS_ONE_RESPONSE_LESS,
    CLAIMS_ALL_RESPONSES,
    CLAIMS_NONSENSE;

    private static final int REQ_EVENT = 4;
    private static final int RSP_PROD = 8;
    private static final int NONSENSE = 0x5A5A5A5A;

    private int responseProducer(int committed, int produced) {
        return switch (this) {
            case CLAIMS_ONE_RESPONSE_MORE -> committed + 1;
            case CLAIMS_ONE_RESPONSE_LESS -> committed - 1;
            case CLAIMS_ALL_RESPONSES -> produced;
            default -> NONSENSE;
        };
    }

    @Override
    public void accept(LabConnection connection) {
        for (int number = 0; number < connection.queues().size(); number++) {
            LabQueue queue = connection.queue(number);
            JournalState journal = connection.journalState(number);
            int committed = journal.responseCommitted();
            Window ring = queue.ringPage();
            // Requests that were taken have been copied, and no answer is in their slots yet.
            for (int index = committed; index != journal.requestConsumer(); index++) {
                ring.fill(offset(index), BlkifLayout.REQUEST_BYTES, (byte) 0xA5);
            }
            ring.putInt(REQ_EVENT, NONSENSE);
            ring.putIntRelease(RSP_PROD, responseProducer(committed, queue.requestProducer()));
        }
    }

    private static long offset(int index) {
        return RingLayout.HEADER_BYTES + (long) (index & LabConnection.SLOTS - 1) * BlkifLayout.REQUEST_BYTES;
    }
}
