// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.fault.campaign.Experiment.Shard;
import dev.ringfence.fault.lab.LabDisk;
import dev.ringfence.fault.lab.UserDisk;
import dev.ringfence.fault.mutation.UserClasses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A driver author's own class is tried like ours. */
final class UserDiskTest {
    private static final int TRIALS = 8;

    @TempDir
    private Path directory;

    @Test
    void faultsAreInTheUsersClassAndItServesTheGuest() throws IOException {
        UserDisk disk = new UserDisk(LabDisk.class.getName(), List.of(), Map.of());
        Path file = Files.writeString(directory.resolve("own.json"), """
                { "campaign": "own", "trials": 8, "code": { "parts": { "device": 1 } } }
                """);
        Campaign campaign = CampaignReader.read(file).withDisk(disk);
        List<TrialRecord> trials = new ArrayList<>();

        try (Experiment.Run run = new Experiment(campaign).open(directory.resolve("ledger"), Shard.ALL, trials::add)) {
            run.run(2);
        }

        assertThat(campaign.name()).isEqualTo("own-LabDisk");
        assertThat(trials).hasSize(TRIALS);
        assertThat(trials).allSatisfy(trial -> assertThat(trial.fault().place()).startsWith("LabDisk."));
        assertThat(trials).anySatisfy(trial -> assertThat(trial.hits()).isPositive());
    }

    @Test
    void aClassPathOfTheUsersOwnIsRead() throws IOException {
        byte[] classFile =
                new UserClasses(List.of()).classFile(LabDisk.class.getName()).orElseThrow();
        Path elsewhere = directory.resolve("own/Disk.class");
        Files.createDirectories(elsewhere.getParent());
        Files.write(elsewhere, classFile);

        UserClasses classes = new UserClasses(List.of(directory));

        assertThat(classes.classFile("own.Disk")).hasValue(classFile);
        assertThat(classes.around("own.Disk")).containsExactly("own.Disk");
        assertThat(classes.classFile("own.Nothing")).isEmpty();
    }
}
