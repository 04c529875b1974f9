// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.ringfence.memory.Window;
import dev.ringfence.protocol.BlkifLayout;
import dev.ringfence.protocol.BlockResponse;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that no correct back-end gives: they cost the disk, and nothing else. */
class HostileDriverTest {
    private final Connection connection = new Connection();
    private final XenBlockQueue queue = connection.queue();
    private final ScriptedDriver driver = connection.driver();
    private final Answers answers = new Answers();
    private final GuestBuffer buffer = queue.allocate(4096);
    private long first;
    private long second;

    @AfterEach
    void unmap() {
        connection.close();
    }

    @BeforeEach
    void submitTwo() {
        queue.read(0, buffer, 4096, answers, 1);
        queue.write(0, buffer, 4096, answers, 2);
        queue.publish();
        driver.take();
        first = driver.request.id();
        driver.take();
        second = driver.request.id();
    }

    private void assertBroken(String reason) {
        assertThat(queue.poll()).isEqualTo(2);
        assertThat(queue.violation()).contains(reason);
        assertThat(connection.witnessed).singleElement().asString().contains(reason);
        assertThat(answers.all).containsExactly("1:-1", "2:-1");
        assertThat(queue.arm()).isTrue();
        assertThat(queue.poll()).isZero();
        assertStaysBroken();
    }

    private void assertStaysBroken() {
        assertThat(queue.flush(answers, 3)).isTrue();
        assertThat(queue.read(0, buffer, 4096, answers, 4)).isTrue();
        queue.publish();
        assertThat(driver.hasRequests()).isFalse();
        assertThat(queue.arm()).as("there is something to poll for").isFalse();
        assertThat(queue.poll()).isEqualTo(2);
        assertThat(answers.all).endsWith("3:-1", "4:-1");
        assertThat(queue.arm()).isTrue();
        queue.release(buffer);
        assertThatIllegalStateException().isThrownBy(() -> queue.resubmit(Connection.disk()));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 33, -1, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void moreResponsesThanRequests(int producer) {
        connection.queue().memory().ring().window().putInt(8, producer);
        assertBroken("more responses than requests");
    }

    @Test
    void responsesTakenBack() {
        driver.answer(first, BlkifLayout.READ, 0);
        assertThat(queue.poll()).isEqualTo(1);
        queue.flush(answers, 5);
        queue.memory().ring().window().putInt(8, 0);
        assertThat(queue.poll()).isEqualTo(2);
        assertThat(queue.violation()).contains("more responses than requests");
        assertThat(answers.all).containsExactly("1:0", "2:-1", "5:-1");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 31, 32, 33, 0xffff, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 16 | 40, 3L << 16})
    void anIdThatWasNeverGivenOut(long id) {
        driver.answer(id, BlkifLayout.READ, 0);
        assertBroken("response to no request in flight");
    }

    @Test
    void anIdOfAnEarlierRequestInTheSameSlot() {
        driver.answer(first - (1L << 16), BlkifLayout.READ, 0);
        assertBroken("response to no request in flight");
    }

    @Test
    void anAnswerGivenTwice() {
        driver.put(first, BlkifLayout.READ, 0);
        driver.answer(first, BlkifLayout.READ, 0);
        assertThat(queue.poll()).isEqualTo(2);
        assertThat(answers.all).containsExactly("1:0", "2:-1");
        assertThat(queue.violation()).contains("response to no request in flight");
        assertThat(driver.request.id()).isEqualTo(second);
        assertStaysBroken();
    }

    @Test
    void aLateAnswerAfterTheSlotIsInUseAgain() {
        driver.answer(first, BlkifLayout.READ, 0);
        queue.poll();
        queue.read(0, buffer, 4096, answers, 3);
        queue.publish();
        driver.take();
        assertThat(driver.request.id() & 0xffff).as("same slot").isEqualTo(first & 0xffff);
        driver.answer(first, BlkifLayout.READ, 0);
        queue.poll();
        assertThat(queue.violation()).contains("response to no request in flight");
        assertThat(answers.all).containsExactly("1:0", "2:-1", "3:-1");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 6, 255})
    void anAnswerToAnotherOperation(int operation) {
        driver.answer(first, operation, 0);
        assertBroken("response to another operation");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, -3, 77, -32768, 32767})
    void anUnknownStatus(int status) {
        driver.answer(first, BlkifLayout.READ, status);
        assertBroken("unknown status");
    }

    @Test
    void silenceIsNoViolation() {
        assertThat(queue.poll()).isZero();
        assertThat(queue.violation()).isNull();
        assertThat(queue.arm()).isTrue();
    }

    @Test
    void garbageAllOverTheRingNeverThrows() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            try (Connection hostile = new Connection(1, 1, 64, random.nextInt(), Connection.disk())) {
                Answers all = new Answers();
                XenBlockQueue victim = hostile.queue();
                GuestBuffer page = victim.allocate(4096);
                int submitted = 1 + random.nextInt(32);
                for (int k = 0; k < submitted; k++) {
                    victim.read(0, page, 4096, all, k);
                }
                victim.publish();
                scribble(victim.memory().ring().window(), random, submitted);
                victim.poll();
                victim.publish();
                victim.arm();
                assertThat(all.all.size()).as("seed=%d", seed).isEqualTo(victim.violation() == null ? 0 : submitted);
            }
        }
    }

    private static void scribble(Window ring, Random random, int submitted) {
        int base = ring.getInt(8);
        for (int at = 0; at < 4096; at += 8) {
            ring.putLong(at, random.nextLong());
        }
        for (int slot = 0; slot < 32; slot++) {
            BlockResponse.encode(ring, 64 + slot * 112L, random.nextInt(70) << 16 | random.nextInt(40), 0, 2);
        }
        ring.putInt(8, random.nextBoolean() ? base + random.nextInt(submitted + 1) : random.nextInt());
    }
}
