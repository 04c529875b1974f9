// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.ring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.memory.SharedMemory;
import dev.ringfence.ring.QueueStatistics.Figure;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class QueueStatisticsTest {
    private static final int SLOTS = 8;

    private final SharedMemory memory = SharedMemory.create("test", ControlRegion.bytes(2, SLOTS));
    private final ControlRegion control = new ControlRegion(memory.window(), 2, SLOTS);

    QueueStatisticsTest() {
        control.initialise();
    }

    @AfterEach
    void close() {
        memory.close();
    }

    @Test
    void eachFigureOfEachQueueIsKeptForWhoComesLater() {
        for (Figure figure : Figure.values()) {
            control.statistics(0).set(figure, figure.ordinal());
            control.statistics(1).add(figure, 100);
            control.statistics(1).add(figure, figure.ordinal());
        }
        ControlRegion later = new ControlRegion(memory.window(), 2, SLOTS);
        for (Figure figure : Figure.values()) {
            assertThat(later.statistics(0).get(figure)).isEqualTo(figure.ordinal());
            assertThat(later.statistics(1).get(figure)).isEqualTo(100 + figure.ordinal());
        }
    }

    @Test
    void nothingADriverWritesThereKeepsItsSuccessorFromBelievingTheJournal() {
        Journal journal = new Journal(control.queue(0), SLOTS);
        Settlement settlement = new Settlement(SLOTS);
        journal.settle(settlement);
        journal.take(journal.open(), 64, 0);
        for (Figure figure : Figure.values()) {
            control.statistics(0).set(figure, -1);
        }
        new Journal(control.queue(0), SLOTS).settle(settlement);
        assertThat(settlement.unfinishedCount()).isEqualTo(1);
    }

    @Test
    void outagesAddUp() {
        control.recordOutage(300);
        control.recordOutage(200);
        assertThat(control.outages()).isEqualTo(2);
        assertThat(control.stalledNanos()).isEqualTo(500);
        assertThat(control.lastOutageNanos()).isEqualTo(200);
    }
}
