// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ForwardingTableTest {
    private static final long AGEING = 300_000_000_000L;
    private static final long A = 0x02_00_00_00_00_01L;
    private static final long B = 0x02_00_00_00_00_02L;

    private final ForwardingTable table = new ForwardingTable(64, AGEING, 12_345);

    @Test
    void anAddressIsWhereItWasSeenLast() {
        assertThat(table.find(A, 0)).isEqualTo(ForwardingTable.UNKNOWN);
        table.learn(A, 3, 1);
        table.learn(B, 32_767, 2);
        assertThat(table.find(A, 3)).isEqualTo(3);
        assertThat(table.find(B, 3)).isEqualTo(32_767);

        table.learn(A, 4, 4);
        assertThat(table.find(A, 5)).isEqualTo(4);
    }

    @Test
    void whoIsNotSeenForLongIsForgotten() {
        table.learn(A, 3, 7);
        assertThat(table.find(A, 7 + AGEING)).isEqualTo(3);
        assertThat(table.find(A, 8 + AGEING)).isEqualTo(ForwardingTable.UNKNOWN);
        table.learn(A, 3, 9 + AGEING);
        assertThat(table.find(A, 9 + AGEING)).isEqualTo(3);
    }

    @Test
    void whoKeepsSendingIsNotForgotten() {
        for (long now = 0; now <= 3 * AGEING; now += AGEING / 7) {
            table.learn(A, 3, now);
        }
        assertThat(table.find(A, 3 * AGEING + AGEING / 2)).isEqualTo(3);
    }

    /** The clock of the machine counts from anywhere, and may pass the largest number. */
    @Test
    void anyTimeIsATime() {
        long now = Long.MAX_VALUE - 5;
        table.learn(A, 3, now);
        assertThat(table.find(A, now + 10)).isEqualTo(3);
        assertThat(table.find(A, now + AGEING + 1)).isEqualTo(ForwardingTable.UNKNOWN);
        table.learn(B, 2, -AGEING);
        assertThat(table.find(B, -5)).isEqualTo(2);
    }

    @Test
    void groupsAndNobodyAreNotLearned() {
        table.learn(0xffff_ffff_ffffL, 3, 1);
        table.learn(0x0100_5e00_0001L, 3, 1);
        table.learn(0, 3, 1);
        assertThat(table.find(0xffff_ffff_ffffL, 1)).isEqualTo(ForwardingTable.UNKNOWN);
        assertThat(table.find(0x0100_5e00_0001L, 1)).isEqualTo(ForwardingTable.UNKNOWN);
        assertThat(table.find(0, 1)).isEqualTo(ForwardingTable.UNKNOWN);
    }

    @Test
    void aFullTableForgetsTheLongestUnseen() {
        ForwardingTable small = new ForwardingTable(8, AGEING, 1);
        for (int n = 0; n < 8; n++) {
            small.learn(A + n, n, n);
        }
        small.learn(A, 0, 100 + AGEING / 8); // seen again
        small.learn(A + 8, 8, 101 + AGEING / 8);

        assertThat(small.find(A, 102)).isZero();
        assertThat(small.find(A + 1, 102)).isEqualTo(ForwardingTable.UNKNOWN);
        for (int n = 2; n <= 8; n++) {
            assertThat(small.find(A + n, 102)).isEqualTo(n);
        }
    }

    @Test
    void manyAddressesFind() {
        ForwardingTable large = new ForwardingTable(4096, AGEING, 987_654_321);
        for (int n = 0; n < 1000; n++) {
            large.learn(A + n, n, n);
        }
        int found = 0;
        for (int n = 0; n < 1000; n++) {
            found += large.find(A + n, 1000) == n ? 1 : 0;
        }
        assertThat(found).as("a quarter full: hardly any set of eight slots is").isGreaterThan(980);
    }

    @Test
    void refusesASizeItCantHave() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ForwardingTable(4, 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new ForwardingTable(100, 1, 1));
    }

    /** Whatever threads do to each other, an address is found behind a port that it was seen behind, or not at all. */
    @Test
    void manyThreadsNeverMixAddressesAndPorts() throws Exception {
        long seed = System.nanoTime();
        ForwardingTable shared = new ForwardingTable(64, AGEING, seed);
        AtomicLong wrong = new AtomicLong();
        AtomicLong found = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        for (int thread = 0; thread < 3; thread++) {
            Random random = new Random(seed + thread);
            threads.add(new Thread(() -> {
                for (int n = 0; n < 200_000; n++) {
                    int number = random.nextInt(100);
                    // Each address is seen behind two ports that no other address is behind.
                    shared.learn(A + number, 2 * number + random.nextInt(2), n);
                    int looked = random.nextInt(100);
                    int port = shared.find(A + looked, n);
                    if (port != ForwardingTable.UNKNOWN) {
                        found.incrementAndGet();
                        wrong.addAndGet(port / 2 == looked ? 0 : 1);
                    }
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(wrong).as("seed=%d", seed).hasValue(0);
        assertThat(found.get()).isPositive();
    }
}
