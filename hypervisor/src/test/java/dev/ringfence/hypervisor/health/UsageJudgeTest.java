// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.hypervisor.health.Finding.Kind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each limit: one more than it is greed, as much as it is none. */
final class UsageJudgeTest {
    private static final long MEBI = 1 << 20;
    private static final long SECOND = 1_000_000_000;

    private final UsageJudge judge = new UsageJudge();
    private final Allowance allowance = new Allowance(100 * MEBI, 150, 300, 50, 64 * MEBI);
    private final Usage usage = new Usage();

    @BeforeEach
    void useAllThatIsAllowed() {
        usage.state = 'S';
        usage.anonymousBytes = 80 * MEBI;
        usage.swappedBytes = 20 * MEBI;
        usage.sharedBytes = 64 * MEBI;
        usage.files = 300;
        usage.threads = 50;
    }

    @Test
    void whatIsAllowedIsNoGreed() {
        assertThat(look(0)).isNull();
    }

    @Test
    void memoryOfItsOwnCounts() {
        usage.anonymousBytes += 1;

        assertThat(look(0).kind()).isEqualTo(Kind.GREED);
        assertThat(look(0).figures()).containsEntry("ownBytes", 100 * MEBI + 1);
    }

    @Test
    void memoryThatWasSwappedOutCounts() {
        usage.swappedBytes += 1;

        assertThat(look(0).message()).isEqualTo("uses 100.0MiB of memory, may use 100MiB");
    }

    @Test
    void sharedMemoryCountsBeyondWhatItWasGiven() {
        usage.sharedBytes += 1;

        assertThat(look(0).kind()).isEqualTo(Kind.GREED);
    }

    @Test
    void guestsMemoryDoesNotMakeUpForItsOwn() {
        usage.sharedBytes = 0;
        assertThat(look(0)).isNull();
        usage.anonymousBytes += 1;

        assertThat(look(0)).isNotNull();
    }

    @Test
    void filesCount() {
        usage.files++;

        assertThat(look(0).message()).isEqualTo("has 301 files, may have 300");
    }

    @Test
    void threadsCount() {
        usage.threads++;

        assertThat(look(0).message()).isEqualTo("has 51 threads, may have 50");
    }

    @Test
    void processorTimeCountsOverAWindow() {
        usage.cpuMillis = 100_000;
        assertThat(look(0)).isNull();
        usage.cpuMillis += 15_000;
        assertThat(look(9)).isNull();
        assertThat(look(10)).isNull();
        usage.cpuMillis += 15_200;

        Finding greed = look(20);

        assertThat(greed.message()).isEqualTo("uses 152% of a processor, may use 150%");
        assertThat(greed.figures()).containsEntry("cpuMillis", 15_200L);
    }

    @Test
    void aProcessThatStandsStillIsKilledAtTheSecondSample() {
        usage.state = 'T';

        assertThat(look(0)).isNull();
        assertThat(look(1).kind()).isEqualTo(Kind.HANG);
    }

    @Test
    void defaultsFollowWhatIsConnected() {
        Allowance few = Allowance.of(dev.ringfence.hypervisor.machine.Limits.DEFAULT, 1, 0, 0);
        Allowance many = Allowance.of(dev.ringfence.hypervisor.machine.Limits.DEFAULT, 100, 0, 0);

        Allowance wired = Allowance.of(dev.ringfence.hypervisor.machine.Limits.DEFAULT, 1, 240, 0);

        assertThat(wired.files() - few.files()).isEqualTo(240);
        assertThat(few.cpuPercent()).isEqualTo(300);
        assertThat(many.cpuPercent()).isEqualTo(10_200);
        assertThat(many.files() - few.files()).isGreaterThan(99 * 3);
        assertThat(many.threads() - few.threads()).isEqualTo(99);
    }

    private Finding look(long second) {
        return judge.judge(usage, allowance, second * SECOND);
    }
}
