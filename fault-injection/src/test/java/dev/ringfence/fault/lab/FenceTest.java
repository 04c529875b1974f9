// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ringfence.domain.Message;
import dev.ringfence.memory.RobustMutex;
import dev.ringfence.memory.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who may serve a queue, and from when on: with real processes that die, and words of a lease that lie. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.SAME_THREAD)
class FenceTest {
    private static final int PATIENCE_MILLIS = 30_000;
    private static final int FUTEX_WAITERS = 0x80000000;
    private static final int FUTEX_OWNER_DIED = 0x40000000;
    /** No thread has this id: it is more than Linux gives. */
    private static final int STRANGER = 0x00BADBAD;

    private static final int KIND = 16;
    private static final int PREVIOUS = 24;
    private static final int NEXT = 32;
    private static final long ASTRAY = 0xDEAD0000DEADL;

    private final Lab lab = new Lab();
    private final Hosts hosts = Hosts.processes(lab);
    private final List<LabProcess> used = new ArrayList<>();
    private LabConnection connection;
    private Patience patience;
    private Supplier<LabProcess> processes;

    /** A process and what it calls the threads that wait with it. */
    private record Party(LabProcess process, int life, List<Integer> threads) {}

    @BeforeEach
    void connect() {
        connection = new LabConnection(lab, LabConnection.Shape.plain(1, Workloads.BEFORE_WRAP));
        patience = new Patience(connection, PATIENCE_MILLIS, () -> true);
        processes = hosts::take;
    }

    @AfterEach
    void disconnect() {
        boolean sound = connection.history().violations().isEmpty();
        used.forEach(process -> hosts.giveBack(process, sound));
        used.clear();
        connection.close();
    }

    @AfterAll
    void close() {
        hosts.close();
        lab.close();
    }

    private LabProcess process() {
        LabProcess process = processes.get();
        used.add(process);
        return process;
    }

    private Party attach() {
        return attach(process());
    }

    private Party attach(LabProcess process) {
        int life = lab.nextLife();
        return new Party(process, life, process.attach(connection, life, List.of()));
    }

    private Party attachOwner() {
        Party owner = attach();
        assertThat(patience.await(() -> owns(owner), "an owner")).isTrue();
        return owner;
    }

    private Party attachWaiter() {
        Party waiter = attach();
        assertThat(patience.await(() -> (lockPage().getIntAcquire(0) & FUTEX_WAITERS) != 0, "a waiter"))
                .isTrue();
        return waiter;
    }

    private boolean owns(Party party) {
        return party.threads().contains(lease().ownerThread());
    }

    private boolean serves(Party party) {
        return lab.stage().recovered(party.life(), 0) > 0;
    }

    private RobustMutex lease() {
        return connection.lease(0);
    }

    private Window lockPage() {
        return connection.control().queue(0).slice(0, RobustMutex.BYTES);
    }

    private void submit(List<Operation> batch) {
        batch.forEach(connection.queue(0)::submit);
        connection.queue(0).publish();
    }

    private void assertAnswered() {
        assertThat(patience.awaitAnswers() && patience.awaitIdle())
                .as(() -> String.join("; ", connection.history().violations()))
                .isTrue();
    }

    private void assertNothingLost() {
        connection.history().finished(connection.readImage());
        assertThat(connection.history().violations()).isEmpty();
    }

    enum Walls {
        NONE,
        SHARED_PID_NAMESPACE
    }

    @ParameterizedTest
    @EnumSource
    void aWaiterThatDiesLeavesTheLeaseWithItsOwner(Walls around) {
        Optional<PidNamespace> namespace = around == Walls.NONE ? Optional.empty() : PidNamespace.open();
        assumeTrue(around == Walls.NONE || namespace.isPresent(), "there is no bubblewrap that works");
        namespace.ifPresent(opened -> processes = () -> LabProcess.start(lab, List.of(), opened::enter));
        try {
            Party owner = attachOwner();
            for (int death = 0; death < 2; death++) {
                Party waiter = attachWaiter();
                waiter.process().kill();
                assertThat(owns(owner)).isTrue();
            }
            submit(Workloads.MIXED.get(0));
            assertAnswered();

            Party heir = attachWaiter();
            assertThat(owns(owner)).isTrue();
            owner.process().kill();
            submit(Workloads.MIXED.get(1));
            assertAnswered();
            assertThat(owns(heir)).isTrue();
            assertNothingLost();
        } finally {
            namespace.ifPresent(PidNamespace::close);
        }
    }

    /** What a driver that writes wildly can leave in its lease's page. */
    enum Scribble {
        WORD_ZEROED,
        WORD_OF_ONES,
        WORD_OF_A_STRANGER,
        WORD_OF_A_STRANGER_WITH_WAITERS,
        WORD_AS_IF_THE_OWNER_HAD_DIED,
        WORD_AS_IF_A_STRANGER_HAD_DIED,
        WAITERS_FORGOTTEN,
        KIND_ZEROED,
        NEXT_ASTRAY,
        PREVIOUS_ASTRAY,
        LIST_ZEROED,
        PAGE_ZEROED,
        PAGE_OF_ONES;

        void on(Window page) {
            switch (this) {
                case WORD_ZEROED -> page.putInt(0, 0);
                case WORD_OF_ONES -> page.putInt(0, -1);
                case WORD_OF_A_STRANGER -> page.putInt(0, STRANGER);
                case WORD_OF_A_STRANGER_WITH_WAITERS -> page.putInt(0, FUTEX_WAITERS | STRANGER);
                case WORD_AS_IF_THE_OWNER_HAD_DIED -> page.putInt(0, FUTEX_OWNER_DIED);
                case WORD_AS_IF_A_STRANGER_HAD_DIED -> page.putInt(0, FUTEX_OWNER_DIED | STRANGER);
                case WAITERS_FORGOTTEN -> page.putInt(0, page.getInt(0) & ~FUTEX_WAITERS);
                case KIND_ZEROED -> page.putInt(KIND, 0);
                case NEXT_ASTRAY -> page.putLong(NEXT, ASTRAY);
                case PREVIOUS_ASTRAY -> page.putLong(PREVIOUS, ASTRAY);
                case LIST_ZEROED -> page.fill(PREVIOUS, 16, (byte) 0);
                case PAGE_ZEROED -> page.fill(0, RobustMutex.BYTES, (byte) 0);
                default -> page.fill(0, RobustMutex.BYTES, (byte) -1);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void anOwnerThatOverwroteItsLeaseIsSucceededOnceItIsProvenDead(Scribble scribble) {
        Party owner = attachOwner();
        Party heir = attachWaiter();
        submit(Workloads.MIXED.get(0));
        assertAnswered();
        scribble.on(lockPage());
        assertThat(serves(heir)).isFalse();

        owner.process().kill();
        lease().handOverFromTheDead(heir.threads());
        submit(Workloads.MIXED.get(1));
        assertAnswered();
        assertThat(owns(heir)).isTrue();
        assertNothingLost();
    }

    @Test
    void aDriverDiesAfterTheStoreThatItsPropertyNames() {
        LabProcess mortal = lab.start("-Dringfence.crashAtStore=30");
        used.add(mortal);
        Party owner = attach(mortal);
        assertThat(patience.await(() -> owns(owner), "an owner")).isTrue();
        Party heir = attachWaiter();
        submit(Workloads.MIXED.get(0));
        assertAnswered();
        assertThat(mortal.pidfd().awaitDeath(PATIENCE_MILLIS)).isTrue();
        assertThat(owns(heir)).isTrue();
        assertNothingLost();
    }

    @Test
    void aCleanLeaseThatNobodyGaveBackWaitsForTheOwnersDeath() {
        Party owner = attachOwner();
        LabProcess process = process();
        CompletableFuture<Message> proof = new CompletableFuture<>();
        List<Message.FenceViolation> violations = new ArrayList<>();
        process.onFenceViolation(violation -> {
            violations.add(violation);
            return proof;
        });

        lockPage().putInt(0, 0);
        Party intruder = attach(process);
        await().until(() -> !violations.isEmpty());
        submit(Workloads.MIXED.get(0));
        assertAnswered();
        assertThat(serves(intruder)).isFalse();
        assertThat(connection.journal(0).owner()).isEqualTo(owner.process().number());
        assertThat(violations).containsExactly(new Message.FenceViolation(intruder.life(), 0));

        owner.process().kill();
        proof.complete(new Message.Done());
        submit(Workloads.MIXED.get(1));
        assertAnswered();
        assertThat(connection.journal(0).owner()).isEqualTo(intruder.process().number());
        assertNothingLost();
    }
}
