// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.report;

import dev.ringfence.fault.campaign.FaultDescription;
import dev.ringfence.fault.campaign.Ledger;
import dev.ringfence.fault.campaign.LedgerHeader;
import dev.ringfence.fault.campaign.OutcomeClass;
import dev.ringfence.fault.campaign.TrialRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A ledger of trials that nobody made, of any size, to look at a report. */
final class SyntheticLedger {
    private static final List<String> OPERATORS = List.of(
            "branch",
            "loop",
            "nop",
            "source",
            "destination",
            "pointer",
            "interface",
            "bit-flip",
            "order",
            "throw",
            "park",
            "spin",
            "allocate",
            "leak-grant",
            "complete-twice",
            "wrong-id",
            "skip-flush",
            "wrong-sector");
    private static final List<String> DEEDS = List.of("kill", "stop", "exit");
    private static final List<String> PARTS = List.of("device", "kit", "journal");
    /** Of a thousand, up to which number a trial ends as which class. */
    private static final int[] ENDS = {40, 300, 560, 760, 850, 900, 950, 991, 997, 999};

    private final Random random;

    private SyntheticLedger(long seed) {
        random = new Random(seed);
    }

    /** @param worst 1 for every class, 0 for those alone that a restart cures */
    static void write(Path file, long seed, int trials, int worst) throws IOException {
        SyntheticLedger synthetic = new SyntheticLedger(seed);
        try (Ledger ledger = Ledger.create(file, header(seed, trials))) {
            for (int i = 0; i < trials; i++) {
                ledger.append(synthetic.trial(i, worst));
            }
        }
    }

    private static LedgerHeader header(long seed, int trials) {
        Map<String, String> machine = new LinkedHashMap<>();
        machine.put("processors", "2 of Synthetic CPU");
        machine.put("memory", "8 GiB");
        machine.put("kernel", "Linux 6.18");
        machine.put("java", "17.0.15");
        return new LedgerHeader(LedgerHeader.VERSION, "synthetic", seed, trials, "1/1", "3f9ac27be4d1", machine);
    }

    private TrialRecord trial(long number, int worst) {
        boolean code = random.nextInt(10) > 0;
        OutcomeClass outcome = code ? outcome(worst) : OutcomeClass.CRASH;
        FaultDescription fault = code
                ? new FaultDescription(
                        "code",
                        OPERATORS.get(random.nextInt(OPERATORS.size())),
                        PARTS.get(random.nextInt(PARTS.size())),
                        "BlockService.perform:" + random.nextInt(400),
                        "if_icmpge deleted: the guarded block is always done")
                : new FaultDescription("process", DEEDS.get(random.nextInt(DEEDS.size())), "", "the owner", "");
        boolean recovered = outcome.isFailStop() && (worst == 0 || random.nextInt(400) > 0);
        boolean outage = outcome.isDetected();
        return new TrialRecord(
                number,
                random.nextInt(3) == 0 ? "net" : "block",
                fault,
                outcome,
                outcome.compareTo(OutcomeClass.NOT_ACTIVATED) > 0 ? 1 + random.nextInt(50) : 0,
                recovered,
                outcome == OutcomeClass.DETECTED_DATA_ERROR ? 1 : 0,
                outage ? outageMicros(outcome) : -1,
                60_000 + random.nextInt(120_000),
                outcome == OutcomeClass.SILENT_CORRUPTION
                        ? List.of("sector 812: read 3.41, last written 3.44")
                        : List.of(),
                outcome.isFailure() ? "java.lang.ArrayIndexOutOfBoundsException at BlockService.perform:211" : "");
    }

    private OutcomeClass outcome(int worst) {
        int dice = random.nextInt(worst == 0 ? 991 : 1000);
        for (OutcomeClass outcome : OutcomeClass.values()) {
            if (dice < ENDS[outcome.ordinal()]) {
                return outcome;
            }
        }
        return worst == 0 ? OutcomeClass.MASKED : OutcomeClass.PROPAGATED;
    }

    private long outageMicros(OutcomeClass outcome) {
        double middle = outcome == OutcomeClass.HANG ? 14_000 : 420;
        return Math.round(middle * Math.exp(0.7 * random.nextGaussian()));
    }

    /** Arguments: the ledger's file, the report's directory, how many trials, and whether all is well (0) or not (1). */
    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments[0]);
        write(file, 11, Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
        Report.write(file, Path.of(arguments[1]), "ringfence experiment run campaign.json");
    }
}
