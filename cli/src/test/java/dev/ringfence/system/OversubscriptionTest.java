// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.hypervisor.control.DomainStatus;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Drivers that work hard, collect garbage all the time and rarely get a processor are slow, and nobody's failures. For
 * {@code ringfence.test.stressSeconds}: a few by default, ten minutes before a release.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
final class OversubscriptionTest {
    private static final long SECONDS = Long.getLong("ringfence.test.stressSeconds", 8);
    private static final int FOLD = 4;

    @AutoClose
    private final Workspace workspace = new Workspace();

    private final Neighbour onGarbage = new Neighbour(workspace.file("garbage.sock"));
    private final Neighbour onImage = new Neighbour(workspace.file("image.sock"));
    private TestMachine machine;

    @BeforeEach
    void start() throws Exception {
        machine = workspace.start(
                """
                { "machine": "starved",
                  "driverDomains": [
                    { "name": "garbage", "driver": "block", "standbys": 1,
                      "devices": [ { "name": "vol0", "class": "dev.ringfence.system.GarbageDevice", "queues": 2 } ] },
                    { "name": "image", "driver": "block", "standbys": 1,
                      "devices": [ { "name": "vol0", "image": "vol0.img", "size": "64MiB", "queues": 2 } ] } ],
                  "guests": [
                    { "name": "one", "devices": [ { "as": "xvda", "disk": "garbage/vol0" } ],
                      "programs": [ { "java": { "class": "dev.ringfence.system.VerifyingGuest",
                                                "args": [ "GARBAGE" ] } } ] },
                    { "name": "two", "devices": [ { "as": "xvda", "disk": "image/vol0" } ],
                      "programs": [ { "java": { "class": "dev.ringfence.system.VerifyingGuest",
                                                "args": [ "IMAGE" ] } } ] } ] }
                """.replace("GARBAGE", workspace.file("garbage.sock").toString())
                        .replace("IMAGE", workspace.file("image.sock").toString()));
    }

    @Test
    void nobodyIsKilledForBeingStarved() throws Exception {
        DomainStatus garbage = machine.awaitStandby("garbage");
        DomainStatus image = machine.awaitStandby("image");
        int spinners = FOLD * Runtime.getRuntime().availableProcessors();
        for (int i = 0; i < spinners; i++) {
            Process spinner = new ProcessBuilder(
                            "sh",
                            "-c",
                            "while kill -0 $PPID; do i=0; while [ $i -lt 100000 ];" + " do i=$((i + 1)); done; done")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            workspace.closeAtEnd(spinner::destroyForcibly);
        }

        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        do {
            onGarbage.awaitProgress();
            onImage.awaitProgress();
        } while (System.nanoTime() - until < 0);

        assertThat(machine.domain("garbage").pid()).isEqualTo(garbage.pid());
        assertThat(machine.domain("image").pid()).isEqualTo(image.pid());
        assertThat(machine.domain("garbage").standbys()).isEqualTo(garbage.standbys());
        assertThat(machine.domain("image").standbys()).isEqualTo(image.standbys());
        assertThat(machine.events("hang")).isEmpty();
        assertThat(machine.events("greed")).isEmpty();
        System.out.println("starved for " + SECONDS + " s: garbage driver used "
                + machine.domain("garbage").cpuMillis() + " ms of processor time, image driver "
                + machine.domain("image").cpuMillis() + " ms");
    }
}
