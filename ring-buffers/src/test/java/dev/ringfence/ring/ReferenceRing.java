// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.ring;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What a ring must look like and answer, said as plainly as possible: unbounded counters that never wrap, a page of
 * bytes, and the rules of {@code ring.h} in the words of its comments.
 */
final class ReferenceRing {
    final ByteBuffer page;
    final int entryBytes;
    final long slots;

    long requestsPut;
    long requestsPublished;
    long requestsTaken;
    long responsesPut;
    long responsesPublished;
    long responsesTaken;
    private long requestEvent;
    private long responseEvent;

    ReferenceRing(int ringBytes, int entryBytes, long firstIndex) {
        page = ByteBuffer.allocate(ringBytes).order(ByteOrder.LITTLE_ENDIAN);
        this.entryBytes = entryBytes;
        long count = 1;
        while (64 + 2 * count * entryBytes <= ringBytes) {
            count *= 2;
        }
        slots = count;
        requestsPut = firstIndex;
        requestsPublished = firstIndex;
        requestsTaken = firstIndex;
        responsesPut = firstIndex;
        responsesPublished = firstIndex;
        responsesTaken = firstIndex;
        requestEvent = firstIndex + 1;
        responseEvent = firstIndex + 1;
        storeHeader();
    }

    private void storeHeader() {
        page.putInt(0, (int) requestsPublished);
        page.putInt(4, (int) requestEvent);
        page.putInt(8, (int) responsesPublished);
        page.putInt(12, (int) responseEvent);
    }

    int slotOffset(long index) {
        return (int) (64 + index % slots * entryBytes);
    }

    long freeRequests() {
        return slots - (requestsPut - responsesTaken);
    }

    long responsesAvailable() {
        return responsesPublished - responsesTaken;
    }

    long requestsAvailable() {
        return requestsPublished - requestsTaken;
    }

    /** Told when the wanted count lies among those just passed: after the old one, up to the new one. */
    private static boolean reaches(long event, long before, long after) {
        return before < event && event <= after;
    }

    boolean publishRequests() {
        long before = requestsPublished;
        requestsPublished = requestsPut;
        storeHeader();
        return reaches(requestEvent, before, requestsPublished);
    }

    boolean publishResponses() {
        long before = responsesPublished;
        responsesPublished = responsesPut;
        storeHeader();
        return reaches(responseEvent, before, responsesPublished);
    }

    boolean armFront() {
        responseEvent = responsesTaken + 1;
        storeHeader();
        return responsesAvailable() > 0;
    }

    boolean armBack() {
        requestEvent = requestsTaken + 1;
        storeHeader();
        return requestsAvailable() > 0;
    }
}
