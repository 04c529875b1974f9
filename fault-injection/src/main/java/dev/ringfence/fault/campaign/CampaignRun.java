// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

import dev.ringfence.fault.DiskHistory.Nature;
import dev.ringfence.fault.DiskHistory.Violation;
import dev.ringfence.fault.lab.DriverPair;
import dev.ringfence.fault.lab.Fault;
import dev.ringfence.fault.lab.FaultyRun;
import dev.ringfence.fault.lab.FaultyRun.End;
import dev.ringfence.fault.lab.FaultyRun.Result;
import dev.ringfence.fault.lab.FaultyRun.Setting;
import dev.ringfence.fault.lab.Lab;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongPredicate;

/**
 * Does the trials of a campaign that are not done yet, several at a time, each in a lab with a pair of drivers of its own. What is
 * done is in the ledger before the next one begins.
 */
public final class CampaignRun {
    private static final int VIOLATIONS = 5;

    private final Campaign campaign;
    private final FaultChoice choice;
    private final Ledger ledger;
    private final Set<Long> done;
    private final LongPredicate ours;
    private final Consumer<TrialRecord> progress;
    private final AtomicLong next = new AtomicLong();
    private volatile boolean stopped;

    /**
     * @param done trials that the ledger has already
     * @param ours the trials of our shard
     * @param progress told of each trial once it is in the ledger; one call at a time
     */
    public CampaignRun(
            Campaign campaign,
            FaultChoice choice,
            Ledger ledger,
            Set<Long> done,
            LongPredicate ours,
            Consumer<TrialRecord> progress) {
        this.campaign = campaign;
        this.choice = choice;
        this.ledger = ledger;
        this.done = Set.copyOf(done);
        this.ours = ours;
        this.progress = progress;
    }

    /** No trial is begun any more. Any thread. */
    public void stop() {
        stopped = true;
    }

    /**
     * Returns when all trials are done, or those that were begun after {@link #stop}.
     *
     * @throws UncheckedIOException when the ledger can't be written; it is whole up to the last trial it took
     */
    public void run(int lanes) {
        List<CompletableFuture<Void>> running = new ArrayList<>();
        for (int lane = 0; lane < lanes; lane++) {
            running.add(CompletableFuture.runAsync(this::lane, task -> new Thread(task, "lane").start()));
        }
        try {
            running.forEach(CompletableFuture::join);
        } finally {
            stop();
            running.forEach(lane -> lane.exceptionally(failure -> null).join());
        }
    }

    private void lane() {
        try (Lab lab = new Lab(campaign.classpath());
                DriverPair drivers = new DriverPair(lab)) {
            while (!stopped) {
                long trial = next.getAndIncrement();
                if (trial >= campaign.trials()) {
                    return;
                }
                if (ours.test(trial) && !done.contains(trial)) {
                    Setting setting =
                            new Setting(lab, drivers, campaign.conditions().fenced(), choice.guest(trial));
                    record(trial(choice.of(trial), setting, trial, choice.driver(trial)));
                }
            }
        }
    }

    private synchronized void record(TrialRecord record) {
        try {
            ledger.append(record);
        } catch (IOException e) {
            stop();
            throw new UncheckedIOException(e);
        }
        progress.accept(record);
    }

    /** A fault that harms us is a result, too. */
    private static Result harmless(Setting setting, String driver, Fault fault) {
        try {
            return FaultyRun.run(setting, driver, fault);
        } catch (RuntimeException e) {
            setting.drivers().renew();
            Violation harm = new Violation(Nature.PROTOCOL, "the lab was harmed: " + e);
            return new Result(End.DIED, harm.what(), "", 0, 0, 0, 0, true, List.of(harm));
        }
    }

    /** Does one trial. */
    static TrialRecord trial(FaultChoice.Choice chosen, Setting setting, long trial, String driver) {
        long begun = System.nanoTime();
        Result result = harmless(setting, driver, chosen.fault());
        OutcomeClass outcome = Verdict.of(result);
        boolean lively = outcome.isFailure();
        return new TrialRecord(
                trial,
                driver,
                chosen.description().withEdit(result.edit()),
                outcome,
                result.hits(),
                Verdict.recovered(result),
                result.errors(),
                lively && result.outageNanos() > 0 ? TimeUnit.NANOSECONDS.toMicros(result.outageNanos()) : -1,
                TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begun),
                result.violations().stream()
                        // The worst first: of hundreds of failed requests nobody reads the last.
                        .sorted(Comparator.comparing(Violation::nature).reversed())
                        .map(Violation::what)
                        .limit(VIOLATIONS)
                        .toList(),
                detail(result));
    }

    private static String detail(Result result) {
        return result.reconnects() == 0
                ? result.how()
                : result.how() + "; the guest connected again: " + result.reconnects();
    }
}
