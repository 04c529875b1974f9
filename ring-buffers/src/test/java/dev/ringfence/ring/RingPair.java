// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.ring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;
import java.nio.ByteBuffer;

/** Both ends of a real ring and the {@link ReferenceRing}, stepped together and compared byte by byte. */
final class RingPair {
    static final int STEPS = 8;

    final FrontRing front;
    final BackRing back;
    final ReferenceRing reference;
    private final Window ring;
    private final ByteBuffer bytes;
    private int responsesPut;
    private byte stamp;

    RingPair(Window ring, ByteBuffer bytes, int entryBytes, int firstIndex) {
        this.ring = ring;
        this.bytes = bytes;
        ring.fill(0, ring.bytes(), (byte) 0);
        front = new FrontRing(ring, entryBytes);
        front.initialise(firstIndex);
        back = new BackRing(ring, entryBytes, firstIndex, firstIndex);
        responsesPut = firstIndex;
        reference = new ReferenceRing((int) ring.bytes(), entryBytes, firstIndex & 0xffff_ffffL);
    }

    static SharedMemory pages(int count) {
        return SharedMemory.create("test-ring", (long) count * SharedMemory.PAGE_BYTES);
    }

    /** Takes a step if a correct peer could; false when it could not. */
    boolean step(int kind) {
        switch (kind) {
            case 0:
                return reference.freeRequests() > 0 && putRequest();
            case 1:
                assertThat(front.publishRequests()).isEqualTo(reference.publishRequests());
                return true;
            case 2:
                return reference.requestsAvailable() > 0 && takeRequest();
            case 3:
                return reference.responsesPut < reference.requestsTaken && putResponse();
            case 4:
                assertThat(back.publishResponses(responsesPut)).isEqualTo(reference.publishResponses());
                return true;
            case 5:
                return reference.responsesAvailable() > 0 && takeResponse();
            case 6:
                assertThat(front.armAndRecheck()).isEqualTo(reference.armFront());
                return true;
            default:
                assertThat(back.armAndRecheck()).isEqualTo(reference.armBack());
                return true;
        }
    }

    private boolean putRequest() {
        long offset = front.requestOffset();
        front.advanceRequest();
        return write(offset, reference.slotOffset(reference.requestsPut++));
    }

    private boolean takeRequest() {
        int index = back.nextRequest();
        assertThat(index).isEqualTo((int) reference.requestsTaken);
        assertThat(back.requestOffset(index)).isEqualTo(reference.slotOffset(reference.requestsTaken++));
        back.advanceRequest();
        return true;
    }

    private boolean putResponse() {
        return write(back.responseOffset(responsesPut++), reference.slotOffset(reference.responsesPut++));
    }

    private boolean takeResponse() {
        assertThat(front.responseOffset()).isEqualTo(reference.slotOffset(reference.responsesTaken++));
        front.advanceResponse();
        return true;
    }

    private boolean write(long offset, int referenceOffset) {
        stamp++;
        ring.fill(offset, reference.entryBytes, stamp);
        for (int i = 0; i < reference.entryBytes; i++) {
            reference.page.put(referenceOffset + i, stamp);
        }
        return true;
    }

    void compare() {
        if (front.freeRequests() != reference.freeRequests()
                || front.responsesAvailable() != reference.responsesAvailable()
                || back.requestsAvailable() != reference.requestsAvailable()
                || bytes.mismatch(reference.page) != -1) {
            throw new AssertionError("free=" + front.freeRequests() + "/" + reference.freeRequests()
                    + " responses=" + front.responsesAvailable() + "/" + reference.responsesAvailable()
                    + " requests=" + back.requestsAvailable() + "/" + reference.requestsAvailable()
                    + " first different byte=" + bytes.mismatch(reference.page));
        }
    }
}
