// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.hypervisor.health.Finding.Kind;
import dev.ringfence.ring.Activity;
import org.junit.jupiter.api.Test;

/** Each row of the table: what it takes to be killed, and what is not enough. */
final class QueueJudgeTest {
    private static final long HOUR = 3_600_000;

    private final Patient driver = new Patient();

    @Test
    void aLoopIsKilledWithinItsBudgetOfProcessorTime() {
        driver.took(1);

        Finding loop = driver.runs(10);

        assertHang(loop, "runs without progress");
        assertThat((long) loop.figures().get("ownCpuMicros")).isBetween(5_000L, 10_000L);
    }

    @Test
    void aBusyDriverThatProgressesIsNoLoop() {
        for (int i = 0; i < 1_000; i++) {
            driver.took(1);
            assertThat(driver.runs(5)).isNull();
            assertThat(driver.answered().look()).isNull();
        }
    }

    @Test
    void aBusyDriverWithNothingToDoHarmsNobody() {
        assertThat(driver.runs(10_000)).isNull();
    }

    @Test
    void aStarvedDriverIsNeverKilled() {
        driver.took(1);

        assertThat(driver.runs(4)).isNull();
        assertThat(driver.starves(HOUR)).isNull();
    }

    @Test
    void processorTimeAddsUpOverStarvation() {
        driver.took(1);

        Finding loop = null;
        for (int i = 0; i < 10 && loop == null; i++) {
            assertThat(driver.starves(1_000)).isNull();
            loop = driver.runs(1);
        }
        assertHang(loop, "runs without progress");
    }

    @Test
    void whatTheKernelCountsLateMayBeOlderThanTheStall() {
        driver.took(1);
        driver.thread.cpuNanos += 9_000_000;

        assertThat(driver.starves(1)).isNull();
        assertThat(driver.runs(6)).isNull();
        assertHang(driver.runs(2), "runs without progress");
    }

    @Test
    void aColdDriverMayTakeTenTimesAsLong() {
        driver.warm = false;
        driver.reading.owner = 2;
        driver.took(1);

        assertThat(driver.runs(90)).isNull();
        assertHang(driver.runs(15), "runs without progress");
    }

    @Test
    void aColdDriverIsWarmAfterSomeWork() {
        driver.warm = false;
        driver.reading.owner = 2;
        for (int i = 0; i < 10_100; i++) {
            driver.took(1).answered().look();
        }
        driver.took(1);

        assertHang(driver.runs(10), "runs without progress");
    }

    @Test
    void aStoppedDriverIsKilledAtTheSecondSample() {
        driver.took(1);

        assertThat(driver.rests('T', 1)).isNull();
        assertHang(driver.rests('T', 1), "stopped");
    }

    @Test
    void aDriverUnderADebuggerIsLeftAlone() {
        driver.took(1);

        assertThat(driver.rests('t', HOUR)).isNull();
    }

    @Test
    void aSampleOfALateMonitorIsDiscarded() {
        driver.took(1);
        driver.thread.state = 'T';

        assertThat(driver.look(50, true)).isNull();
        assertThat(driver.look(50, true)).isNull();
        assertThat(driver.rests('T', 1)).isNull();
        assertHang(driver.rests('T', 1), "stopped");
    }

    @Test
    void timeTheMonitorWasAwayIsNotHeldAgainstASleeper() {
        driver.took(1);

        for (int i = 0; i < 100; i++) {
            assertThat(driver.look(1_000, true)).isNull();
        }
        assertThat(driver.rests('S', 499)).isNull();
        assertHang(driver.rests('S', 10), "sleeps over its work");
    }

    @Test
    void aSleeperIsRungBeforeItIsKilled() {
        driver.took(1);

        assertThat(driver.rests('S', 480)).isNull();
        assertThat(driver.nudges).isEqualTo(QueueJudge.NUDGES);
        assertHang(driver.rests('S', 30), "sleeps over its work");
    }

    @Test
    void aLostWakeUpIsRepairedAndTold() {
        driver.reading.requestProducer++;
        assertThat(driver.rests('S', 150)).isNull();
        assertThat(driver.nudges).isEqualTo(1);

        driver.reading.consumer++;
        Finding told = driver.look();

        assertThat(told.kind()).isEqualTo(Kind.OVERSLEPT);
        assertThat(told.kind().fatal()).isFalse();
    }

    /** It wakes the driver all the time and hides its request whenever the driver looks. */
    @Test
    void aGuestThatHidesItsRequestsFromTheDriverHasNobodyKilled() {
        for (int i = 0; i < 10_000; i++) {
            driver.reading.requestProducer = driver.reading.consumer;
            assertThat(driver.runs(1)).isNull();
            driver.reading.requestProducer++;
            assertThat(driver.rests('S', 50)).isNull();
        }
        assertThat(driver.nudges).isZero();
    }

    @Test
    void aGuestThatStealsTheRingsOfItsBellHarmsNobodyButItself() {
        driver.reading.requestProducer++;
        driver.thread.systemCall = 0;

        Finding told = driver.rests('S', 600);
        assertThat(told.kind()).isEqualTo(Kind.OVERSLEPT);
        assertThat(driver.rests('S', HOUR)).isNull();

        driver.onlyGuest = true;
        assertHang(driver.rests('S', 1), "sleeps over its work");
    }

    @Test
    void aDeadlockBeforeARequestIsTakenIsOne() {
        driver.reading.requestProducer++;
        driver.thread.systemCall = 202;

        assertHang(driver.rests('S', 600), "sleeps over its work");
    }

    @Test
    void aGuestThatTakesBackResponsesHarmsNobodyButItself() {
        driver.reading.responseProducer--;
        assertThat(driver.runs(1_000)).isNull();
        assertThat(driver.rests('S', HOUR)).isNull();

        driver.onlyGuest = true;
        assertHang(driver.runs(10), "runs without progress");
    }

    @Test
    void aCollectionOfGarbageIsNotHeldAgainstTheWorkerItStops() {
        driver.took(1);
        driver.othersRun = true;

        assertThat(driver.rests('S', 4_000)).isNull();
        driver.othersRun = false;
        assertThat(driver.rests('S', 400)).isNull();
        assertHang(driver.rests('S', 110), "sleeps over its work");
    }

    @Test
    void aBusyThreadBesideADeadlockOnlyDelaysTheEnd() {
        driver.took(1);
        driver.othersRun = true;

        assertThat(driver.rests('S', 4_990)).isNull();
        assertHang(driver.rests('S', 20), "sleeps over its work");
    }

    @Test
    void progressForgivesWhatWasBefore() {
        driver.took(1);
        assertThat(driver.rests('S', 450)).isNull();
        driver.took(1);

        assertThat(driver.rests('S', 450)).isNull();
    }

    @Test
    void aWorkerStuckInTheKernelIsReportedOnceAndNeverKilled() {
        driver.took(1).doing(Activity.DEVICE);

        Finding told = driver.rests('D', 1_000);

        assertThat(told.kind()).isEqualTo(Kind.IN_KERNEL);
        assertThat(told.message()).isEqualTo("in kernel, 500 ms");
        assertThat(driver.rests('D', HOUR)).isNull();
    }

    @Test
    void aSlowDeviceIsNotKilledAtTheBudgetOfADeadlock() {
        driver.took(1).doing(Activity.DEVICE);

        assertThat(driver.rests('S', 1_000).kind()).isEqualTo(Kind.IN_KERNEL);
        assertThat(driver.rests('S', 28_000)).isNull();
        assertHang(driver.rests('S', 3_000), "sleeps inside the device");
    }

    @Test
    void aLongCallMayKeepTheKernelBusy() {
        driver.took(1).doing(Activity.DEVICE);

        assertThat(driver.runsInKernel(60_000)).isNull();
    }

    @Test
    void aLoopThatClaimsToBeInTheDeviceIsFoundByItsUserTime() {
        driver.took(1).doing(Activity.DEVICE);

        assertHang(driver.runs(35), "runs in its own code without progress, whatever it says it does");
    }

    @Test
    void aLoopThatClaimsToBeWaitingIsFoundByItsUserTime() {
        driver.took(1).doing(Activity.WAITING);
        driver.siblingAlive = true;

        assertHang(driver.runs(35), "runs in its own code without progress, whatever it says it does");
    }

    @Test
    void aLoopAroundDeviceCallsIsFoundByTheirNumber() {
        driver.took(1);

        Finding loop = null;
        for (int i = 0; i < 100 && loop == null; i++) {
            for (int call = 0; call < 10; call++) {
                driver.doing(Activity.DEVICE);
            }
            driver.doing(Activity.SERVING);
            loop = driver.runsInKernel(1);
        }
        assertHang(loop, "runs without progress");
    }

    @Test
    void aQueueMayWaitForAnotherAsLongAsThatOneLives() {
        driver.took(1).doing(Activity.WAITING);
        driver.siblingAlive = true;
        assertThat(driver.rests('S', HOUR)).isNull();

        driver.siblingAlive = false;
        assertHang(driver.rests('S', 600), "sleeps over its work");
    }

    @Test
    void aWorkerThatALimitHoldsBackMayWaitAsLongAsItSaysSoAnew() {
        driver.took(1).doing(Activity.WAITING);
        driver.reading.throttledUntil(System.nanoTime() + 15_000_000);
        assertThat(driver.rests('S', HOUR)).isNull();

        driver.reading.throttledUntil(System.nanoTime() + 3_600_000_000_000L);
        assertHang(driver.rests('S', 600), "sleeps over its work");
    }

    @Test
    void aWorkerThatIsDyingIsNotKilledForTakingItsTime() {
        driver.took(1);
        driver.thread.exiting = true;

        assertThat(driver.runsInKernel(600)).isNull();
    }

    @Test
    void aWorkerThatIsGoneWhileItsProcessLivesIsAHang() {
        driver.took(1);

        assertHang(driver.rests(ThreadSample.GONE, 600), "has lost its worker");
    }

    @Test
    void aSuccessorBeginsWithACleanSlate() {
        driver.took(1);
        assertThat(driver.runs(6)).isNull();
        driver.reading.owner = 2;

        assertThat(driver.runs(6)).isNull();
    }

    @Test
    void impossibleIndicesAreTheDriversOwnDoing() {
        driver.took(1);
        driver.reading.plausible = false;
        assertThat(driver.look()).isNull();

        assertThat(driver.look().kind()).isEqualTo(Kind.VIOLATION);
    }

    @Test
    void aClosedQueueIsNobodysFault() {
        driver.took(1);
        driver.reading.owned = false;

        assertThat(driver.runs(1_000)).isNull();
    }

    private static void assertHang(Finding finding, String message) {
        assertThat(finding).isNotNull();
        assertThat(finding.kind()).isEqualTo(Kind.HANG);
        assertThat(finding.kind().fatal()).isTrue();
        assertThat(finding.message()).isEqualTo(message);
    }
}
