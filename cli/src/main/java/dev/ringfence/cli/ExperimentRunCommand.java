// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import dev.ringfence.benchmark.recovery.KillSweepBenchmark;
import dev.ringfence.fault.campaign.Campaign;
import dev.ringfence.fault.campaign.CampaignReader;
import dev.ringfence.fault.campaign.Experiment;
import dev.ringfence.fault.campaign.Experiment.Shard;
import dev.ringfence.fault.campaign.OutcomeClass;
import dev.ringfence.fault.campaign.TrialRecord;
import dev.ringfence.fault.lab.UserDisk;
import dev.ringfence.fault.mutation.UserClasses;
import dev.ringfence.fault.report.Report;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "run",
        description = {
            "Runs a campaign: trial after trial a driver with a fault serves a guest, and a heir without one takes over.",
            "Every trial is in the ledger before the next begins: what was stopped goes on when it is run again."
        },
        mixinStandardHelpOptions = true)
final class ExperimentRunCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "FILE",
            description = {
                "a campaign file, or a preset: smoke (2 minutes), minix (text faults), both (all faults of",
                "both drivers' code, 100,000: two hours), zombie (late writes),",
                "storage-checker (deaths and power cuts), kill-sweep (2 minutes; a machine whose driver is killed",
                "every ten seconds, and so on down to every millisecond)"
            })
    private String file;

    @Option(names = "--trial", paramLabel = "N", description = "does this trial alone, again, and says what came of it")
    private Optional<Long> trial;

    @Option(names = "--trials", paramLabel = "N", description = "instead of the file's")
    private Optional<Integer> trials;

    @Option(names = "--seed", paramLabel = "N", description = "instead of the file's")
    private Optional<Long> seed;

    @Option(
            names = "--without-fence",
            description =
                    "drivers that were stopped are replaced although they are not dead; shows what a fence is for")
    private boolean unfenced;

    @Option(
            names = "--tags",
            description =
                    "the guest knows what each sector must hold, and its driver is replaced when it returns anything else")
    private boolean tagged;

    @Option(
            names = "--disk",
            paramLabel = "CLASS",
            description = "tries your own BlockDevice: faults of the device's own code are in its package")
    private Optional<String> disk;

    @Option(
            names = "--classpath",
            paramLabel = "PATH",
            split = ":",
            description = "where the class of --disk is: directories and jars")
    private List<Path> classpath = List.of();

    @Option(
            names = "--shard",
            paramLabel = "K/N",
            defaultValue = "1/1",
            description = "every N-th trial, from the K-th on")
    private String shard;

    @Option(
            names = "--lanes",
            paramLabel = "N",
            defaultValue = "0",
            description = "trials at a time; default: one for each processor")
    private int lanes;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "3",
            description =
                    "of each interval of kill-sweep, which knows --report and --json beside this; default ${DEFAULT-VALUE}")
    private double seconds;

    @Option(names = "--ledger", paramLabel = "FILE", description = "default: the campaign's name and .ledger.jsonl")
    private Optional<Path> ledger;

    @Option(names = "--report", paramLabel = "DIR", description = "default: the campaign's name and -report")
    private Optional<Path> report;

    @Option(names = "--json", description = "prints the report as JSON")
    private boolean json;

    @Spec
    private CommandSpec command;

    private final Map<OutcomeClass, Integer> counts = new EnumMap<>(OutcomeClass.class);

    @Override
    public Integer call() throws IOException {
        if (file.equals(KillSweepBenchmark.NAME)) {
            Path directory = report.orElse(Path.of(KillSweepBenchmark.NAME + "-report"));
            return new KillSweepRunner(command.commandLine()).run(seconds, directory, json);
        }
        Campaign campaign = CampaignReader.read(file);
        if (trials.isPresent() && trials.get() < 1) {
            throw usage("--trials: expected at least 1: " + trials.get());
        }
        campaign = trials.map(campaign::withTrials).orElse(campaign);
        campaign = seed.map(campaign::withSeed).orElse(campaign);
        campaign = unfenced ? campaign.withoutFence() : campaign;
        campaign = tagged ? campaign.withTags() : campaign;
        campaign = disk.isPresent() ? campaign.withDisk(userDisk()) : campaign;
        Shard ours = shard();
        Experiment experiment = new Experiment(campaign);
        return trial.isPresent() ? replay(experiment, trial.get()) : run(experiment, ours);
    }

    private UserDisk userDisk() {
        classpath.stream().filter(Files::notExists).findFirst().ifPresent(missing -> {
            throw usage("--classpath: no such file or directory: " + missing);
        });
        if (new UserClasses(classpath).classFile(disk.get()).isEmpty()) {
            throw usage("--disk: no such class in --classpath: " + disk.get());
        }
        return new UserDisk(disk.get(), classpath, Map.of());
    }

    private Shard shard() {
        String[] words = shard.split("/", -1);
        try {
            return new Shard(Integer.parseInt(words[0]), Integer.parseInt(words.length == 2 ? words[1] : ""));
        } catch (IllegalArgumentException e) {
            throw usage("--shard: expected K/N with K from 1 to N: " + shard);
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(command.commandLine(), message);
    }

    private int replay(Experiment experiment, long number) {
        if (number < 0 || number >= experiment.campaign().trials()) {
            throw usage("--trial: expected 0 to " + (experiment.campaign().trials() - 1) + ": " + number);
        }
        TrialRecord record = experiment.replay(number);
        PrintWriter out = command.commandLine().getOut();
        out.println("trial " + number + ": " + record.fault().inWords());
        out.println("hits " + record.hits() + ", outcome " + record.outcome().word()
                + (record.outcome().isFailure() ? record.recovered() ? ", recovered" : ", not recovered" : "")
                + (record.detail().isEmpty() ? "" : ": " + record.detail()));
        record.violations().forEach(violation -> out.println("  " + violation));
        return ExitCode.OK;
    }

    private int run(Experiment experiment, Shard ours) throws IOException {
        Campaign campaign = experiment.campaign();
        Path file = ledger.orElse(Path.of(campaign.name() + ".ledger.jsonl"));
        Path directory = report.orElse(Path.of(campaign.name() + "-report"));
        PrintWriter err = command.commandLine().getErr();
        long all = ours.trials(campaign.trials());
        boolean complete;
        try (BenchProgress progress = new BenchProgress(err);
                Experiment.Run run = experiment.open(file, ours, record -> count(record, progress, all));
                StopSignals signals = StopSignals.install(err)) {
            run.already().forEach(record -> counts.merge(record.outcome(), 1, Integer::sum));
            signals.onFirst(run::stop);
            run.run(lanes > 0 ? lanes : Runtime.getRuntime().availableProcessors());
            complete = done() >= all;
        } catch (CompletionException | UncheckedIOException e) {
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            err.println("ringfence: " + (cause instanceof IOException ? file + ": " + cause.getMessage() : cause));
            err.println("what was done is in " + file + "; run the same command to go on");
            return ExitCode.SOFTWARE;
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
        Report.write(file, directory, commandLine());
        print(directory, complete, file);
        return complete ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private void count(TrialRecord record, BenchProgress progress, long all) {
        counts.merge(record.outcome(), 1, Integer::sum);
        progress.at(done(), (int) all, "trials: " + done() + " of " + all + summary());
    }

    private int done() {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    private String summary() {
        StringBuilder summary = new StringBuilder();
        counts.forEach((outcome, n) ->
                summary.append(", ").append(outcome.word()).append(' ').append(n));
        return summary.toString();
    }

    private void print(Path directory, boolean complete, Path file) throws IOException {
        PrintWriter out = command.commandLine().getOut();
        if (json) {
            out.println(Files.readString(directory.resolve("report.json")));
        } else {
            out.println(done() + " trials" + summary());
            out.println("report: " + directory.resolve("report.html") + ", ledger: " + file);
        }
        if (!complete) {
            out.println("stopped; run the same command to go on");
        }
        out.flush();
    }

    private String commandLine() {
        StringBuilder line = new StringBuilder("ringfence experiment run ").append(file);
        trials.ifPresent(n -> line.append(" --trials ").append(n));
        seed.ifPresent(n -> line.append(" --seed ").append(n));
        line.append(unfenced ? " --without-fence" : "").append(tagged ? " --tags" : "");
        return line.toString();
    }
}
