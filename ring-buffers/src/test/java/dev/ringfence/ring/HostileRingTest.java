// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Indices no correct peer would publish, seen from either side, all around the wrap. */
class HostileRingTest {
    private static final int SLOTS = 32;
    private final SharedMemory memory = RingPair.pages(1);
    private final Window ring = memory.window();

    @AfterEach
    void unmap() {
        memory.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -3, -16, Integer.MAX_VALUE - 2, Integer.MIN_VALUE})
    void aBackEndAcceptsExactlyTheRequestIndicesThatACorrectFrontEndCanReach(int answered) {
        int taken = answered + 10;
        BackRing back = new BackRing(ring, 112, taken, answered);
        for (int distance = -70; distance <= 70; distance++) {
            ring.putInt(RingLayout.REQ_PROD, answered + distance);
            boolean possible = distance >= 10 && distance <= SLOTS;
            assertThat(back.requestsAvailable())
                    .as("distance=%d", distance)
                    .isEqualTo(possible ? distance - 10 : BackRing.OVERFLOW);
        }
        ring.putInt(RingLayout.REQ_PROD, answered + Integer.MIN_VALUE);
        assertThat(back.requestsAvailable()).isEqualTo(BackRing.OVERFLOW);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -3, -16, Integer.MAX_VALUE - 2, Integer.MIN_VALUE})
    void aFrontEndAcceptsNoMoreResponsesThanItPublishedRequests(int first) {
        FrontRing front = new FrontRing(ring, 112);
        front.initialise(first);
        put(front, 20);
        front.publishRequests();
        put(front, 5);
        for (int distance = -70; distance <= 70; distance++) {
            ring.putInt(RingLayout.RSP_PROD, first + distance);
            boolean possible = distance >= 0 && distance <= 20;
            assertThat(front.responsesAvailable())
                    .as("distance=%d", distance)
                    .isEqualTo(possible ? distance : FrontRing.OVERFLOW);
        }
        ring.putInt(RingLayout.RSP_PROD, first + Integer.MIN_VALUE);
        assertThat(front.responsesAvailable()).isEqualTo(FrontRing.OVERFLOW);
    }

    @Test
    void aFrontEndThatScribblesOverTheResponseIndexMisleadsOnlyItself() {
        FrontRing front = new FrontRing(ring, 112);
        front.initialise();
        put(front, 3);
        front.publishRequests();
        BackRing back = new BackRing(ring, 112, 0, 0);
        back.advanceRequest();

        ring.putInt(RingLayout.RSP_PROD, 77);

        assertThat(back.requestsAvailable()).isEqualTo(2);
        assertThat(back.publishResponses(1)).isTrue();
        assertThat(ring.getInt(RingLayout.RSP_PROD)).isEqualTo(1);
    }

    @Test
    void aBackEndThatScribblesOverTheRequestIndexMisleadsOnlyItself() {
        FrontRing front = new FrontRing(ring, 112);
        front.initialise();
        put(front, 3);
        front.publishRequests();

        ring.putInt(RingLayout.REQ_PROD, -1);
        put(front, 1);

        assertThat(front.publishRequests()).isFalse();
        assertThat(ring.getInt(RingLayout.REQ_PROD)).isEqualTo(4);
        assertThat(front.freeRequests()).isEqualTo(SLOTS - 4);
    }

    @Test
    void garbageInAnEventWordOnlyCostsOrSavesNotifications() {
        FrontRing front = new FrontRing(ring, 112);
        front.initialise();
        for (int event : new int[] {0, 1, 2, 3, -1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            ring.putInt(RingLayout.REQ_EVENT, event);
            front.initialise();
            put(front, 2);
            ring.putInt(RingLayout.REQ_EVENT, event);
            assertThat(front.publishRequests()).as("event=%d", event).isEqualTo(event == 1 || event == 2);
        }
    }

    @Test
    void anArmedSideIsSentBackToLookWhenThePeersIndexIsImpossible() {
        FrontRing front = new FrontRing(ring, 112);
        front.initialise();
        ring.putInt(RingLayout.RSP_PROD, 5);
        ring.putInt(RingLayout.REQ_PROD, -5);

        assertThat(front.armAndRecheck()).isTrue();
        assertThat(new BackRing(ring, 112, 0, 0).armAndRecheck()).isTrue();
    }

    @Test
    void ourOwnMistakesThrow() {
        FrontRing front = new FrontRing(ring, 112);
        front.initialise();
        put(front, SLOTS);
        assertThatIllegalStateException().isThrownBy(front::advanceRequest).withMessageContaining("slotCount=32");
        assertThatIllegalStateException().isThrownBy(front::advanceResponse);
        BackRing back = new BackRing(ring, 112, 8, 0);
        assertThatIllegalArgumentException().isThrownBy(() -> back.publishResponses(9));
        assertThatIllegalArgumentException().isThrownBy(() -> back.publishResponses(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> new BackRing(ring, 112, 33, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new BackRing(ring, 112, -1, 0));
        BackRing full = new BackRing(ring, 112, SLOTS, 0);
        assertThatIllegalStateException().isThrownBy(full::advanceRequest);
    }

    private static void put(FrontRing front, int requests) {
        for (int i = 0; i < requests; i++) {
            front.advanceRequest();
        }
    }
}
