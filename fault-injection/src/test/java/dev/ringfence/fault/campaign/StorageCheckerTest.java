// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.fault.lab.DriverPair;
import dev.ringfence.fault.lab.FaultyRun.Setting;
import dev.ringfence.fault.lab.Lab;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever a guest asks of its disk, whenever its drivers die and the power fails: nothing that was promised is lost. */
final class StorageCheckerTest {
    @Test
    void nothingPromisedIsLost() {
        check(80);
    }

    @Tag("long")
    @Test
    void nothingPromisedIsLostInManyTrials() {
        check(5_000);
    }

    private static void check(int trials) {
        Campaign campaign = CampaignReader.read("storage-checker");
        FaultChoice choice = new FaultChoice(campaign);
        int died = 0;
        try (Lab lab = new Lab();
                DriverPair drivers = new DriverPair(lab)) {
            for (long trial = 0; trial < trials; trial++) {
                Setting setting =
                        new Setting(lab, drivers, campaign.conditions().fenced(), choice.guest(trial));
                TrialRecord record = CampaignRun.trial(choice.of(trial), setting, trial, choice.driver(trial));
                assertThat(record.violations()).as("%s", record).isEmpty();
                died += record.outcome() == OutcomeClass.CRASH ? 1 : 0;
            }
        }
        assertThat(died).isGreaterThan(trials / 3);
    }
}
