// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.entropy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.ringfence.backend.Conviction;
import dev.ringfence.memory.IoVector;
import dev.ringfence.memory.PrivateMemory;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.EntropyLayout;
import dev.ringfence.ring.Journal;
import dev.ringfence.ring.QueueStatistics;
import dev.ringfence.ring.QueueStatistics.Figure;
import dev.ringfence.ring.Settlement;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntropyServiceTest {
    private static final int REQUESTS = 50_000;
    private static final int ROUNDS = 50;
    private static final int BATCH = 10;
    private static final int REPLAYS_AFTER_ALARM = 2;

    private final Source source = new Source();
    private final ServedEntropyQueue queue = new ServedEntropyQueue(source);
    private final QueueStatistics statistics = queue.control.statistics(0);

    /** Fills with a byte that says how often it was asked; or answers what it is told to. */
    private static final class Source implements EntropySource {
        private final PrivateMemory memory = new PrivateMemory(EntropyLayout.LENGTH_MAX);
        private final Window bytes = memory.window();
        private int most = EntropyLayout.LENGTH_MAX;
        private int asked;

        @Override
        public int read(IoVector destination) {
            asked++;
            if (most <= 0) {
                return most;
            }
            bytes.fill(0, EntropyLayout.LENGTH_MAX, (byte) asked);
            destination.copyFrom(bytes, 0);
            return (int) Math.min(destination.length(), most);
        }

        @Override
        public void close() {}
    }

    @AfterEach
    void close() {
        queue.close();
    }

    @Test
    void fillsThePageThatIsNamedSoFarAsItIsAskedTo() {
        queue.ask(7, queue.ref, 100);
        queue.serve();

        assertThat(queue.take()).isTrue();
        assertThat(queue.response.id()).isEqualTo(7);
        assertThat(queue.response.bytes()).isEqualTo(100);
        assertThat(queue.page.getByte(99)).isEqualTo((byte) 1);
        assertThat(queue.page.getByte(100)).isZero();
        assertThat(statistics.get(Figure.READS)).isEqualTo(1);
        assertThat(statistics.get(Figure.BYTES_READ)).isEqualTo(100);
    }

    @Test
    void saysSoWhenTheSourceHasFewer() {
        source.most = 3;
        queue.ask(7, queue.ref, 100);
        queue.serve();

        assertThat(queue.take()).isTrue();
        assertThat(queue.response.bytes()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -5})
    void aSourceThatFailsFailsTheRequestAlone(int result) {
        source.most = result;
        queue.ask(7, queue.ref, 100);
        queue.serve();

        assertThat(queue.take()).isTrue();
        assertThat(queue.response.bytes()).isEqualTo(EntropyLayout.ERROR);
        assertThat(statistics.get(Figure.ERRORS)).isEqualTo(1);
        assertThat(queue.service.violation()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"0, length 0", "4097, length 4097", "65535, length 65535"})
    void aLengthThatIsNoneEndsTheConnection(int length, String violation) {
        queue.ask(7, queue.ref, length);

        assertThat(queue.service.serve()).isNegative();
        assertThat(queue.service.violation()).isEqualTo(violation);
        assertThat(queue.take()).isFalse();
        assertThat(source.asked).isZero();
    }

    @Test
    void aPageThatIsNotGrantedEndsTheConnection() {
        queue.ask(7, 100, 16);

        assertThat(queue.service.serve()).isNegative();
        assertThat(queue.service.violation()).isEqualTo("grant 100: bad_gntref");
        assertThat(source.asked).isZero();
    }

    @Test
    void aSuccessorDoesAgainWhatWasStarted() {
        queue.ask(7, queue.ref, 100);
        queue.abandonStarted();
        queue.succeed();

        assertThat(queue.take()).isTrue();
        assertThat(queue.response.id()).isEqualTo(7);
        assertThat(queue.response.bytes()).isEqualTo(100);
        assertThat(queue.take()).isFalse();
        assertThat(source.asked).isEqualTo(1);
    }

    @Test
    void aRequestThatHasKilledItsDriversIsAnsweredWithAnError() {
        queue.ask(7, queue.ref, 100);
        queue.abandonStarted();
        for (int death = 0; death < REPLAYS_AFTER_ALARM; death++) {
            Journal successor = new Journal(queue.control.queue(0), queue.journal.slots());
            Settlement settlement = new Settlement(queue.journal.slots());
            successor.settle(settlement);
            successor.judge(settlement, false);
            successor.startAlone(settlement.unfinished(0));
        }
        queue.succeed();

        assertThat(queue.take()).isTrue();
        assertThat(queue.response.bytes()).isEqualTo(EntropyLayout.ERROR);
        assertThat(source.asked).isZero();
        assertThat(queue.service.convictions()).containsExactly(new Conviction("entropy", 0, 100, 3));
    }

    @Test
    void aRequestAllocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        assumeTrue(threads.isThreadAllocatedMemorySupported(), "needs a JVM that counts allocated bytes");
        long allocated = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS && allocated >= REQUESTS; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int done = 0; done < REQUESTS; done += BATCH) {
                serveSome();
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertThat(allocated / REQUESTS).isZero();
    }

    private void serveSome() {
        for (int i = 0; i < BATCH; i++) {
            queue.ask(i, queue.ref, 1 + i);
        }
        queue.serve();
        for (int i = 0; i < BATCH; i++) {
            if (!queue.take() || queue.response.bytes() != 1 + i) {
                throw new AssertionError("bytes=" + queue.response.bytes() + " i=" + i);
            }
        }
    }
}
