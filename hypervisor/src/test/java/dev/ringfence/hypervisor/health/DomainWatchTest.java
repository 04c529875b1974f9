// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.hypervisor.health.Finding.Kind;
import dev.ringfence.hypervisor.machine.Budgets;
import dev.ringfence.hypervisor.machine.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Who is killed for what was found, and who is not. */
final class DomainWatchTest {
    private static final int PROCESS = 7;
    private static final Budgets STRICT = new Budgets(
            10_000_000,
            500_000_000,
            30_000_000_000L,
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalInt.of(4),
            OptionalInt.of(2));

    private final List<Finding> told = new ArrayList<>();
    private final List<Finding> killed = new ArrayList<>();
    private final DomainWatch watch =
            new DomainWatch(new Limits(OptionalLong.of(1L << 40), STRICT), 0, new ProcText(), told::add);
    private final Queue queue = new Queue(1);

    DomainWatchTest() {
        watch.add(new Self());
        watch.add(queue);
        watch.look(1, false);
    }

    @Test
    void pinnedGrantsCondemnADriverWithOneGuest() {
        queue.pinned = 5;

        watch.sweep();

        assertThat(killed).singleElement().extracting(Finding::kind).isEqualTo(Kind.GREED);
        assertThat(told).isEqualTo(killed);
    }

    @Test
    void pinnedGrantsAreOnlyToldWhereOthersWouldSuffer() {
        watch.add(new Queue(2));
        watch.look(1, false);
        queue.pinned = 5;

        watch.sweep();
        watch.sweep();

        assertThat(killed).isEmpty();
        assertThat(told).singleElement().extracting(Finding::kind).isEqualTo(Kind.PINNED);
    }

    @Test
    void asManyGrantsAsAllowedArePinnedByRight() {
        queue.pinned = 4;

        watch.sweep();

        assertThat(told).isEmpty();
    }

    @Test
    void provenViolationsKillWhenThereAreAsManyAsTheMachineFileSays() {
        queue.verdict = ViolationReport.Verdict.PROVEN;
        watch.add(new Queue(2));

        watch.report(report(1));
        watch.report(report(1));
        watch.sweep();
        assertThat(killed).isEmpty();
        watch.report(report(2));
        watch.report(report(3));
        watch.sweep();

        assertThat(told)
                .extracting(Finding::kind)
                .containsExactly(Kind.REPORTED, Kind.REPORTED, Kind.VIOLATION, Kind.REPORTED);
        assertThat(killed).singleElement().extracting(Finding::kind).isEqualTo(Kind.VIOLATION);
    }

    @Test
    void whatIsNotProvenKillsNobody() {
        for (ViolationReport.Verdict verdict : List.of(ViolationReport.Verdict.OPEN, ViolationReport.Verdict.REFUTED)) {
            queue.verdict = verdict;
            for (int guest = 1; guest < 10; guest++) {
                watch.report(report(guest * 100 + verdict.ordinal()));
            }
            watch.sweep();
        }

        assertThat(told).hasSize(18).allMatch(finding -> finding.kind() == Kind.REPORTED);
        assertThat(killed).isEmpty();
    }

    @Test
    void aConnectionThatIsGoneIsForgotten() {
        queue.open = false;

        watch.look(1, false);
        watch.sweep();
        queue.open = true;
        queue.pinned = 5;
        watch.sweep();

        assertThat(killed).isEmpty();
    }

    private static ViolationReport report(int guest) {
        return new ViolationReport(guest, "1/51712.0", 0, 0, 0, 0, "");
    }

    /** This very process, as a driver. */
    private final class Self implements WatchedProcess {
        @Override
        public int number() {
            return PROCESS;
        }

        @Override
        public long pid() {
            return ProcessHandle.current().pid();
        }

        @Override
        public boolean warm() {
            return true;
        }

        @Override
        public boolean alive() {
            return true;
        }

        @Override
        public void kill(Finding finding) {
            killed.add(finding);
        }
    }

    private static final class Queue implements WatchedQueue {
        private final int guest;
        private boolean open = true;
        private int pinned;
        private ViolationReport.Verdict verdict = ViolationReport.Verdict.OPEN;

        Queue(int guest) {
            this.guest = guest;
        }

        @Override
        public String name() {
            return guest + "/51712.0";
        }

        @Override
        public int guest() {
            return guest;
        }

        @Override
        public String device() {
            return "vol" + guest;
        }

        @Override
        public int slots() {
            return 32;
        }

        @Override
        public boolean read(QueueReading reading) {
            reading.owned = true;
            reading.owner = PROCESS;
            reading.plausible = true;
            return open;
        }

        @Override
        public int thread(int process) {
            return 0;
        }

        @Override
        public int pinnedGrants() {
            return pinned;
        }

        @Override
        public long sharedBytes() {
            return 1L << 40; // whatever this process has mapped
        }

        @Override
        public ViolationReport.Verdict check(ViolationReport report) {
            return verdict;
        }

        @Override
        public void nudge() {}
    }
}
