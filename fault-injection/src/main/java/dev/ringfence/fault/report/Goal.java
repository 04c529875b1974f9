// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.ringfence.fault.campaign.OutcomeClass;
import java.util.List;

/**
 * Something a campaign is to show.
 *
 * @param goal the bound, such as ">= 0.999"
 * @param measured null if there was nothing to measure it on
 * @param met null if it can't be judged
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Goal(String name, String goal, Number measured, Boolean met) {
    static final double RECOVERED = 0.999;

    static List<Goal> of(OutcomeCounts counts) {
        return List.of(
                none("propagated failures", counts.ofActivated(OutcomeClass.PROPAGATED)),
                atLeast("recovered of detected fail-stop failures", RECOVERED, counts.recoveredOfFailStop()),
                none("silent corruption", counts.ofActivated(OutcomeClass.SILENT_CORRUPTION)));
    }

    private static Goal none(String name, Proportion share) {
        return share.isMeasured()
                ? new Goal(name, "0", share.count(), share.count() == 0)
                : new Goal(name, "0", null, null);
    }

    private static Goal atLeast(String name, double bound, Proportion share) {
        String goal = ">= " + bound;
        return share.isMeasured()
                ? new Goal(name, goal, share.share(), share.share() >= bound)
                : new Goal(name, goal, null, null);
    }
}
