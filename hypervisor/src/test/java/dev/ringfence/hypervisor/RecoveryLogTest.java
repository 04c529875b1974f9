// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.ringfence.domain.Message;
import dev.ringfence.hypervisor.control.MachineEvent;
import dev.ringfence.hypervisor.control.StageStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RecoveryLogTest {
    private static final int OWNER = 7;
    private static final int HEIR = 8;
    private static final int NEXT = 9;

    private final EventLog events = new EventLog();
    private final Map<String, Long> stalled = new LinkedHashMap<>();
    private final RecoveryLog log = new RecoveryLog("disk", events, stalled::put);
    private final long now = System.nanoTime();

    /** A queue's report of a lease held so long after {@link #now}. */
    private QueueTakeover takeover(String connection, long heldMicros, long settled, long replayed, long served) {
        return QueueTakeover.of(new Message.Report(
                "takeover",
                connection,
                Map.of(
                        "heldNanos",
                        now + 1_000 * heldMicros,
                        "settledMicros",
                        settled,
                        "replayedMicros",
                        replayed,
                        "servedMicros",
                        served,
                        "replayed",
                        3L,
                        "replayedStarted",
                        2L,
                        "answeredFromJournal",
                        1L)));
    }

    private Map<String, Object> onlyEvent() {
        List<MachineEvent> recovered = events.recent();
        assertThat(recovered).hasSize(1);
        assertThat(recovered.get(0).kind()).isEqualTo("recovery");
        return recovered.get(0).detail();
    }

    @Test
    void aTakeoverOfSeveralQueuesIsOneEventWithTheWorstOfEachStage() {
        log.died(OWNER, 2, now, LongStream.of(0));
        log.succeeds(HEIR, 4321, 2);
        log.reported(HEIR, takeover("2/51712", 100, 10, 15, 20));
        assertThat(events.recent()).isEmpty();
        log.reported(HEIR, takeover("3/51712", 60, 5, 45, 50));

        assertThat(onlyEvent())
                .containsExactly(
                        entry("incarnation", 2),
                        entry("queues", 2),
                        entry("answeredFromJournal", 2L),
                        entry("replayed", 6L),
                        entry("replayedStarted", 4L),
                        entry("faultBy", "kill"),
                        entry("leaseMicros", 100L),
                        entry("settleMicros", 10L),
                        entry("replayMicros", 40L),
                        entry("answerMicros", 5L),
                        entry("outageMicros", 120L));
        assertThat(stalled).containsExactly(entry("2/51712", 120_000L), entry("3/51712", 110_000L));
    }

    @Test
    void reportsMayComeBeforeTheDeathIsKnown() {
        log.reported(HEIR, takeover("2/51712", 100, 0, 0, 20));
        log.died(OWNER, 1, now, LongStream.of(0));
        assertThat(events.recent()).isEmpty();
        log.succeeds(HEIR, 4321, 2);
        assertThat(onlyEvent()).containsEntry("outageMicros", 120L);
    }

    @Test
    void aDeathThatNobodyAnnouncedCountsFromTheHandOver() {
        log.died(OWNER, 2, 0, LongStream.of(0));
        log.succeeds(HEIR, 4321, 2);
        log.reported(HEIR, takeover("2/51712", 100, 0, 0, 20));
        log.reported(HEIR, takeover("2/51712", 70, 0, 0, 20));
        assertThat(onlyEvent())
                .containsEntry("faultBy", "lease")
                .containsEntry("leaseMicros", 30L)
                .containsEntry("outageMicros", 50L);
    }

    @Test
    void aWorkerThatFoundItHadToDieSaysWhen() {
        log.died(OWNER, 1, 0, LongStream.of(now));
        log.succeeds(HEIR, 4321, 2);
        log.reported(HEIR, takeover("2/51712", 100, 0, 0, 20));
        assertThat(onlyEvent()).containsEntry("faultBy", "driver").containsEntry("outageMicros", 120L);
    }

    @Test
    void theFirstOfTwoWorkersThatDieSaysWhen() {
        log.died(OWNER, 2, 0, LongStream.of(now + 200_000, now));
        log.succeeds(HEIR, 4321, 2);
        log.reported(HEIR, takeover("2/51712", 100, 0, 0, 20));
        log.reported(HEIR, takeover("2/51728", 300, 0, 0, 20));
        assertThat(onlyEvent()).containsEntry("faultBy", "driver").containsEntry("outageMicros", 320L);
    }

    @Test
    void whatAWorkerSaidInAnEarlierLifeIsNoNews() {
        log.died(OWNER, 1, 0, LongStream.of(now - 1_000_000_000));
        log.succeeds(HEIR, 4321, 2);
        log.reported(HEIR, takeover("2/51712", 100, 0, 0, 20));
        assertThat(onlyEvent()).containsEntry("faultBy", "lease");
    }

    @Test
    void aSuccessorThatDiesBeforeItHasRecoveredMakesTheOutageLonger() {
        log.died(OWNER, 2, now, LongStream.of(0));
        log.succeeds(HEIR, 4321, 2);
        log.reported(HEIR, takeover("2/51712", 100, 0, 0, 20));
        log.died(HEIR, 2, now + 150_000, LongStream.of(0));
        log.succeeds(NEXT, 4322, 3);
        log.reported(NEXT, takeover("2/51712", 300, 0, 0, 20));
        log.reported(NEXT, takeover("2/51713", 300, 0, 0, 30));
        assertThat(onlyEvent()).containsEntry("incarnation", 3).containsEntry("outageMicros", 330L);
    }

    @Test
    void aQueueThatNeverReportsHidesTheOthersForAWhileOnly() {
        log.died(OWNER, 2, now, LongStream.of(0));
        log.succeeds(HEIR, 4321, 2);
        log.reported(HEIR, takeover("2/51712", 100, 0, 0, 20));
        log.giveUp(NEXT);
        assertThat(events.recent()).isEmpty();
        log.giveUp(HEIR);
        assertThat(onlyEvent()).containsEntry("queues", 1);
    }

    @Test
    void aDriverThatServedNobodyHasNoOutage() {
        log.died(OWNER, 0, now, LongStream.of(0));
        log.succeeds(HEIR, 4321, 2);
        log.giveUp(HEIR);
        assertThat(events.recent()).isEmpty();
        assertThat(log.status().takeovers()).isZero();
    }

    @Test
    void figuresThatCannotBeAreKeptOutOfTheHistograms() {
        log.died(OWNER, 1, now, LongStream.of(0));
        log.succeeds(HEIR, 4321, 2);
        log.reported(HEIR, takeover("2/51712", 100, Long.MAX_VALUE / 1_000, -5, Long.MAX_VALUE / 2_000));
        assertThat(log.status().stages())
                .allSatisfy(stage -> assertThat(stage.maxNanos()).isNotNegative());
    }

    @Test
    void theHistogramsKeepEveryTakeover() {
        for (int i = 1; i <= 100; i++) {
            log.died(OWNER + i, 1, now, LongStream.of(0));
            log.succeeds(HEIR + i, 4321, i + 1);
            log.reported(HEIR + i, takeover("2/51712", 10L * i, 0, 0, 0));
        }
        assertThat(log.status().takeovers()).isEqualTo(100);
        assertThat(log.status().replayed()).isEqualTo(300);
        assertThat(log.status().stages())
                .extracting(StageStatus::stage)
                .containsExactly("lease", "settle", "replay", "answer", "outage");
        StageStatus outage = log.status().stages().get(4);
        assertThat(outage.count()).isEqualTo(100);
        assertThat(outage.p50Nanos()).isBetween(495_000L, 505_000L);
        assertThat(outage.maxNanos()).isBetween(990_000L, 1_010_000L);
    }
}
