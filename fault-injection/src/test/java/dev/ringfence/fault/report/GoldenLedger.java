// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.report;

import dev.ringfence.fault.campaign.FaultDescription;
import dev.ringfence.fault.campaign.Ledger;
import dev.ringfence.fault.campaign.LedgerHeader;
import dev.ringfence.fault.campaign.OutcomeClass;
import dev.ringfence.fault.campaign.TrialRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Thirteen trials with every class among them, small enough to add up by hand. */
final class GoldenLedger {
    static final String HOSTILE = "<script>alert('1')</script> & \"more\"";
    static final String UNWIELDY = "said \"no\", and\nwent";
    static final LedgerHeader HEADER = new LedgerHeader(
            LedgerHeader.VERSION, "golden", 42, 20, "1/2", "b0b", Map.of("java", "17", "kernel", "Linux <6>"));

    private static final int WALL_MICROS = 100_000;

    private GoldenLedger() {}

    static List<TrialRecord> trials() {
        return List.of(
                code(0, "block", "branch", "device", OutcomeClass.STILLBORN, false, -1),
                code(1, "block", "branch", "kit", OutcomeClass.NOT_ACTIVATED, false, -1),
                code(2, "block", "branch", "device", OutcomeClass.MASKED, false, -1),
                code(3, "block", "branch", "device", OutcomeClass.CRASH, true, 100),
                code(4, "block", "loop", "kit", OutcomeClass.HANG, true, 12_000),
                code(5, "net", "loop", "journal", OutcomeClass.HANG, false, 500_000),
                code(6, "net", "loop", "kit", OutcomeClass.HOG, true, 300),
                code(7, "block", "nop", "device", OutcomeClass.PROTOCOL_VIOLATION, true, 250),
                code(8, "block", "nop", "device", OutcomeClass.DETECTED_DATA_ERROR, false, -1),
                trial(9, "block", fault("nop", "device"), OutcomeClass.SILENT_CORRUPTION, false, -1, HOSTILE),
                code(10, "net", "nop", "journal", OutcomeClass.PROPAGATED, false, 700),
                trial(11, "block", kill(), OutcomeClass.CRASH, true, 150, ""),
                trial(12, "net", kill(), OutcomeClass.CRASH, true, 200, UNWIELDY));
    }

    static void write(Path file) throws IOException {
        write(file, trials());
    }

    static void write(Path file, List<TrialRecord> trials) throws IOException {
        try (Ledger ledger = Ledger.create(file, HEADER)) {
            for (TrialRecord trial : trials) {
                ledger.append(trial);
            }
        }
    }

    private static FaultDescription fault(String name, String part) {
        return new FaultDescription("code", name, part, "A.b:7", "a > b, now a >= b");
    }

    private static FaultDescription kill() {
        return new FaultDescription("process", "kill", "", "", "");
    }

    private static TrialRecord code(
            long number,
            String driver,
            String name,
            String part,
            OutcomeClass outcome,
            boolean recovered,
            long outage) {
        return trial(number, driver, fault(name, part), outcome, recovered, outage, "");
    }

    static TrialRecord trial(
            long number,
            String driver,
            FaultDescription fault,
            OutcomeClass outcome,
            boolean recovered,
            long outageMicros,
            String detail) {
        List<String> violations =
                outcome == OutcomeClass.SILENT_CORRUPTION ? List.of("sector 5 is old", "<b>") : List.of();
        return new TrialRecord(
                number, driver, fault, outcome, 1, recovered, 0, outageMicros, WALL_MICROS, violations, detail);
    }
}
