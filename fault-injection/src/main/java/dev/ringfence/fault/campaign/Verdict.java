// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

import dev.ringfence.fault.DiskHistory.Nature;
import dev.ringfence.fault.DiskHistory.Violation;
import dev.ringfence.fault.lab.FaultyRun.End;
import dev.ringfence.fault.lab.FaultyRun.Result;

/** Which outcome class a run belongs to: the worst of what happened in it. */
final class Verdict {
    private static final String OUT_OF_MEMORY = OutOfMemoryError.class.getName();

    private Verdict() {}

    static OutcomeClass of(Result result) {
        if (result.end() == End.STILLBORN) {
            return OutcomeClass.STILLBORN;
        }
        if (result.heirDied()) {
            return OutcomeClass.PROPAGATED;
        }
        if (has(result, Nature.DATA)) {
            return OutcomeClass.SILENT_CORRUPTION;
        }
        if (has(result, Nature.ERROR) || has(result, Nature.LOSS) || result.end() == End.DISTRUSTED) {
            return OutcomeClass.DETECTED_DATA_ERROR;
        }
        if (has(result, Nature.PROTOCOL) || result.end() == End.GAVE_UP) {
            return OutcomeClass.PROTOCOL_VIOLATION;
        }
        return switch (result.end()) {
            case HUNG -> OutcomeClass.HANG;
            case HOGGED -> OutcomeClass.HOG;
            case DIED -> result.how().startsWith(OUT_OF_MEMORY) ? OutcomeClass.HOG : OutcomeClass.CRASH;
            default -> unanswered(result);
        };
    }

    /** The first driver lived to the end of the work. */
    private static OutcomeClass unanswered(Result result) {
        if (has(result, Nature.UNANSWERED)) {
            return OutcomeClass.HANG;
        }
        return result.hits() == 0 ? OutcomeClass.NOT_ACTIVATED : OutcomeClass.MASKED;
    }

    /** The driver ended, and a heir served the guest to the end, with no error and nothing lost. */
    static boolean recovered(Result result) {
        boolean ended = result.end() != End.STILLBORN && result.end() != End.SERVED && result.end() != End.RETIRED;
        return ended
                && !result.heirDied()
                && result.violations().stream().allMatch(violation -> violation.nature() == Nature.PROTOCOL);
    }

    private static boolean has(Result result, Nature nature) {
        return result.violations().stream().map(Violation::nature).anyMatch(nature::equals);
    }
}
