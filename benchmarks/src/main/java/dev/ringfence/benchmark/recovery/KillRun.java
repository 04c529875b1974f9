// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import dev.ringfence.benchmark.BenchmarkException;
import dev.ringfence.hypervisor.control.KillMethod;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Kills the driver of a loaded machine at a random instant, and measures what the guest sees of it. */
final class KillRun {
    private static final int LULL_MICROS_MAX = 5_000;
    private static final int LULL_MICROS_MIN = 500;
    private static final long UNDER_WAY_MILLIS = 50;
    private static final long TAKEOVER_MILLIS = 30_000;
    /** Who hangs is killed by the health monitor; we don't wait for one that isn't there. */
    private static final long HANG_MILLIS = 2_000;
    /** What comes so soon after the first turn still belongs to the takeover. */
    private static final long AFTER_NANOS = 1_000_000;

    private final RecoveryMachine machine;
    private final Random random;
    private final boolean steady;

    /** @param steady whether the load goes on while a standby is started; otherwise it rests, and begins again in time */
    KillRun(RecoveryMachine machine, Random random, boolean steady) {
        this.machine = machine;
        this.random = random;
        this.steady = steady;
    }

    /**
     * One kill, of a driver with a standby ready.
     *
     * @return empty when the driver hung and nobody killed it; a SIGKILL has followed then
     */
    Optional<Crash> kill(KillMethod how) throws InterruptedException {
        awaitStandby();
        lull();
        TakeoverWatch watch = machine.watch();
        machine.kill(how);
        long faultNanos = watch.faultNanos();
        Optional<List<QueueTakeover>> takeovers = watch.await(hangs(how) ? HANG_MILLIS : TAKEOVER_MILLIS);
        if (takeovers.isPresent()) {
            return Optional.of(crash(how, faultNanos, takeovers.get()));
        }
        if (!hangs(how)) {
            throw new BenchmarkException("nobody took over from a driver that died by " + how.word());
        }
        machine.control().kill(RecoveryMachine.DRIVER, KillMethod.KILL);
        if (watch.await(TAKEOVER_MILLIS).isEmpty()) {
            throw new BenchmarkException("nobody took over from a driver that hung");
        }
        return Optional.empty();
    }

    private void awaitStandby() throws InterruptedException {
        if (!steady && !machine.isStandbyReady()) {
            int depth = machine.memory().depth();
            machine.pause();
            machine.awaitStandbys();
            machine.load(depth);
            TimeUnit.MILLISECONDS.sleep(UNDER_WAY_MILLIS);
        } else {
            machine.awaitStandby();
        }
    }

    private void lull() throws InterruptedException {
        TimeUnit.MICROSECONDS.sleep(LULL_MICROS_MIN + random.nextInt(LULL_MICROS_MAX));
    }

    /** The longest gap in a window as long as a takeover's, while nobody is killed. */
    long quiet() throws InterruptedException {
        lull();
        long fromNanos = System.nanoTime();
        long toNanos = fromNanos + AFTER_NANOS;
        long longest = 0;
        LoadMemory memory = machine.memory();
        RecoveryMachine.await("requests are answered", () -> memory.lastNanosOfAll() > toNanos);
        for (int i = 0; i < memory.queues(); i++) {
            long[] times = memory.queue(i).timesSince(fromNanos);
            longest = Math.max(longest, Gaps.longest(times, fromNanos, toNanos).nanos());
        }
        return longest;
    }

    static boolean hangs(KillMethod how) {
        return how == KillMethod.SPIN || how == KillMethod.STOP || how == KillMethod.BLOCK;
    }

    private Crash crash(KillMethod how, long faultNanos, List<QueueTakeover> takeovers) throws InterruptedException {
        long servedNanos =
                takeovers.stream().mapToLong(QueueTakeover::servedNanos).max().orElseThrow();
        LoadMemory memory = machine.memory();
        RecoveryMachine.await(
                "requests are answered after a takeover", () -> memory.lastNanosOfAll() > servedNanos + AFTER_NANOS);
        long[][] times = new long[memory.queues()][];
        Gaps.Gap longest = Gaps.Gap.NONE;
        for (int i = 0; i < times.length; i++) {
            times[i] = memory.queue(i).timesSince(faultNanos);
            Gaps.Gap gap = Gaps.longest(times[i], faultNanos, servedNanos + AFTER_NANOS);
            longest = gap.nanos() > longest.nanos() ? gap : longest;
        }
        Gaps.Gap guest = Gaps.longest(Gaps.merged(times), faultNanos, servedNanos + AFTER_NANOS);
        QueueTakeover slowest = takeovers.stream()
                .max(Comparator.comparingLong(QueueTakeover::servedNanos))
                .orElseThrow();
        long sinceNanos = how == KillMethod.KILL ? faultNanos : longest.beginNanos();
        return new Crash(
                longest.nanos(),
                guest.nanos(),
                takeovers.stream().mapToLong(QueueTakeover::replayed).sum(),
                takeovers.stream().mapToLong(QueueTakeover::replayedStarted).sum(),
                new Crash.Stages(
                        slowest.heldNanos() - sinceNanos,
                        slowest.settledNanos() - slowest.heldNanos(),
                        slowest.replayedNanos() - slowest.settledNanos(),
                        longest.endNanos() - slowest.replayedNanos()));
    }
}
