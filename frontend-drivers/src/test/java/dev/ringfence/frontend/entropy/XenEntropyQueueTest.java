// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.entropy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringfence.frontend.GrantedFrames;
import dev.ringfence.frontend.ShadowedQueue;
import dev.ringfence.grant.GrantMap;
import dev.ringfence.grant.GrantTable;
import dev.ringfence.grant.RegionLayout;
import dev.ringfence.memory.Doorbell;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.EntropyLayout;
import dev.ringfence.protocol.EntropyRequest;
import dev.ringfence.protocol.EntropyResponse;
import dev.ringfence.ring.BackRing;
import dev.ringfence.ring.FrontRing;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XenEntropyQueueTest {
    private static final int DRIVER = 5;
    private static final int SLOTS = EntropyLayout.slotCount(RegionLayout.PAGE_BYTES);

    private final RegionLayout layout = RegionLayout.forGuestFrames(1 + SLOTS);
    private final SharedMemory memory = SharedMemory.create("test-region", layout.bytes());
    private final Window ringPage = RegionLayout.frames(memory.window(), layout.firstGuestFrame(), 1);
    private final Doorbell.Pair toDriver = Doorbell.create();
    private final Doorbell.Pair toGuest = Doorbell.create();
    private final List<String> witnessed = new ArrayList<>();
    private final List<String> completed = new ArrayList<>();
    private final byte[] array = new byte[10_000];
    private final GrantMap grants = new GrantMap(memory.window(), DRIVER);
    private final EntropyRequest request = new EntropyRequest();
    private final XenEntropyQueue queue = connect();
    private BackRing driver = new BackRing(ringPage, EntropyLayout.ENTRY_BYTES, 0, 0);
    private int answered;

    private XenEntropyQueue connect() {
        FrontRing ring = new FrontRing(ringPage, EntropyLayout.ENTRY_BYTES);
        ring.initialise();
        GrantedFrames pages = new GrantedFrames(
                memory.window(), new GrantTable(memory.window()), DRIVER, layout.firstGuestFrame() + 1, SLOTS, false);
        return new XenEntropyQueue(
                new ShadowedQueue.Wiring(
                        "test",
                        ring,
                        new Doorbell.Ringer(toDriver.ringer()),
                        new Doorbell.Listener(toGuest.listener()),
                        (index, id, operation, status, reason) -> witnessed.add(index + ": " + reason)),
                pages);
    }

    @AfterEach
    void close() {
        toDriver.close();
        toGuest.close();
        memory.close();
    }

    private boolean read(int from, int length, long context) {
        return queue.read(array, from, length, (of, status) -> completed.add(of + "=" + status), context);
    }

    /** The driver's next request, into {@link #request}. */
    private void take() {
        assertThat(driver.requestsAvailable()).isPositive();
        request.decode(ringPage, driver.requestOffset(driver.nextRequest()));
        driver.advanceRequest();
    }

    private void answer(long id, int bytes) {
        EntropyResponse.encode(ringPage, driver.responseOffset(answered), id, bytes);
        driver.publishResponses(++answered);
    }

    private void fill(int bytes, int value) {
        int frame = grants.validate(request.gref(), true);
        memory.window().fill(RegionLayout.offset(frame), bytes, (byte) value);
    }

    @Test
    void bringsBytesWhereTheyAreWanted() {
        assertThat(read(1000, 50, 1)).isTrue();
        queue.publish();
        take();
        assertThat(request.length()).isEqualTo(50);
        fill(50, 9);
        answer(request.id(), 50);

        assertThat(queue.poll()).isEqualTo(1);
        assertThat(completed).containsExactly("1=50");
        assertThat(array[999]).isZero();
        assertThat(array[1000]).isEqualTo((byte) 9);
        assertThat(array[1049]).isEqualTo((byte) 9);
        assertThat(array[1050]).isZero();
    }

    @Test
    void leavesNoSecretInThePage() {
        read(0, 50, 1);
        queue.publish();
        take();
        fill(50, 9);
        answer(request.id(), 50);
        queue.poll();

        Window page = RegionLayout.frames(memory.window(), grants.validate(request.gref(), true), 1);
        assertThat(page.getByte(0)).isZero();
        assertThat(page.getByte(49)).isZero();
    }

    @Test
    void takesNoMoreThanThereAreSlots() {
        for (int i = 0; i < SLOTS; i++) {
            assertThat(read(0, 1, i)).isTrue();
        }
        assertThat(read(0, 1, SLOTS)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 4097})
    void refusesALengthThatIsNone(int length) {
        if (length < 0) {
            assertThatThrownBy(() -> read(0, length, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        } else {
            assertThatIllegalArgumentException().isThrownBy(() -> read(0, length, 1));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 51, -2, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void anAnswerThatNoCorrectDriverGivesBreaksTheQueue(int bytes) {
        read(0, 50, 1);
        queue.publish();
        take();
        answer(request.id(), bytes);

        assertThat(queue.poll()).isEqualTo(1);
        assertThat(completed).containsExactly("1=-1");
        assertThat(witnessed).containsExactly("0: response of " + bytes + " bytes to a request for 50");
    }

    @Test
    void aSecondAnswerBreaksTheQueue() {
        read(0, 50, 1);
        read(0, 50, 2);
        queue.publish();
        take();
        answer(request.id(), 50);
        long id = request.id();
        take();
        answer(id, 50);

        assertThat(queue.poll()).isEqualTo(2);
        assertThat(completed).containsExactly("1=50", "2=-1");
        assertThat(queue.violation()).startsWith("response to no request in flight");
    }

    /** A back-end that starts afresh gets what is unanswered again, in order, by new ids; what it answered before is void. */
    @Test
    void sendsAgainWhatWasNotAnswered() {
        for (int i = 1; i <= 3; i++) {
            read(i, i, i);
        }
        queue.publish();
        take();
        long stale = request.id();
        take();
        answer(request.id(), 2);
        queue.poll();
        queue.startAfresh();
        driver = new BackRing(ringPage, EntropyLayout.ENTRY_BYTES, 0, 0);
        answered = 0;
        queue.publish();

        take();
        assertThat(request.length()).isEqualTo(1);
        assertThat(request.id()).isNotEqualTo(stale);
        answer(request.id(), 1);
        take();
        assertThat(request.length()).isEqualTo(3);
        answer(request.id(), 3);
        assertThat(driver.requestsAvailable()).isZero();
        queue.poll();
        assertThat(completed).containsExactly("2=2", "1=1", "3=3");
        assertThat(queue.violation()).isNull();
    }
}
