// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

import dev.ringfence.fault.lab.DriverPair;
import dev.ringfence.fault.lab.FaultyRun.Setting;
import dev.ringfence.fault.lab.Lab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** A campaign and its ledger: begun, gone on with, or one trial of it done again. */
public final class Experiment {
    private final Campaign campaign;
    private final FaultChoice choice;

    /**
     * One piece of a campaign: each {@code of}-th trial.
     *
     * @param number from 1
     */
    public record Shard(int number, int of) {
        public static final Shard ALL = new Shard(1, 1);

        public Shard {
            if (number < 1 || number > of) {
                throw new IllegalArgumentException("a shard is K/N with K from 1 to N: " + number + "/" + of);
            }
        }

        boolean has(long trial) {
            return trial % of == number - 1;
        }

        /** How many of so many trials. */
        public long trials(long all) {
            return (all - number + of) / of;
        }

        @Override
        public String toString() {
            return number + "/" + of;
        }
    }

    public Experiment(Campaign campaign) {
        this.campaign = campaign;
        this.choice = new FaultChoice(campaign);
    }

    public Campaign campaign() {
        return campaign;
    }

    /** A run that may be stopped and gone on with; closes its ledger. */
    public static final class Run implements AutoCloseable {
        private final Ledger ledger;
        private final CampaignRun run;
        private final List<TrialRecord> already;

        private Run(Ledger ledger, CampaignRun run, List<TrialRecord> already) {
            this.ledger = ledger;
            this.run = run;
            this.already = already;
        }

        /** What the ledger had in it. */
        public List<TrialRecord> already() {
            return already;
        }

        /** No trial is begun any more. Any thread. */
        public void stop() {
            run.stop();
        }

        /** Returns when all is done, or stopped. */
        public void run(int lanes) {
            run.run(lanes);
        }

        @Override
        public void close() throws IOException {
            ledger.close();
        }
    }

    /**
     * Opens the ledger, which is made if there is none.
     *
     * @param progress told of each trial, one at a time
     * @throws IllegalArgumentException when the ledger is another campaign's
     */
    public Run open(Path file, Shard shard, Consumer<TrialRecord> progress) throws IOException {
        LedgerHeader header = header(shard);
        List<TrialRecord> already = List.of();
        Ledger ledger;
        if (Files.exists(file) && Files.size(file) > 0) {
            Ledger.Read read = Ledger.read(file);
            checkSame(file, read.header(), header);
            already = read.trials();
            ledger = Ledger.reopen(file);
        } else {
            ledger = Ledger.create(file, header);
        }
        Set<Long> done = already.stream().map(TrialRecord::trial).collect(Collectors.toSet());
        return new Run(ledger, new CampaignRun(campaign, choice, ledger, done, shard::has, progress), already);
    }

    private static void checkSame(Path file, LedgerHeader found, LedgerHeader wanted) {
        check(file, "campaign", found.campaign(), wanted.campaign());
        check(file, "seed", found.seed(), wanted.seed());
        check(file, "trials", found.trials(), wanted.trials());
        check(file, "shard", found.shard(), wanted.shard());
        check(file, "tags", found.isTagged(), wanted.isTagged());
        check(file, "build", found.build(), wanted.build());
    }

    private static void check(Path file, String what, Object found, Object wanted) {
        if (!found.equals(wanted)) {
            throw new IllegalArgumentException(file + " is the ledger of another campaign: its " + what + " is " + found
                    + ", this one's " + wanted + "; choose another with --ledger, or remove it");
        }
    }

    private LedgerHeader header(Shard shard) {
        Map<String, String> machine = new LinkedHashMap<>();
        machine.put(LedgerHeader.TAGS, campaign.conditions().tagged() ? "on" : "off");
        machine.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        machine.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        machine.put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.version"));
        return new LedgerHeader(
                LedgerHeader.VERSION,
                campaign.name(),
                campaign.seed(),
                campaign.trials(),
                shard.toString(),
                choice.build(),
                machine);
    }

    /** Does one trial again, in processes that have done nothing else. */
    public TrialRecord replay(long trial) {
        try (Lab lab = new Lab(campaign.classpath());
                DriverPair drivers = new DriverPair(lab)) {
            Setting setting = new Setting(lab, drivers, campaign.conditions().fenced(), choice.guest(trial));
            return CampaignRun.trial(choice.of(trial), setting, trial, choice.driver(trial));
        }
    }
}
