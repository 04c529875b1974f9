// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** fio reads back what it wrote, with checksums, while the driver is killed every second. */
@Timeout(120)
final class VerifiedIoTest {
    private static final int KILLS = 5;

    @AutoClose
    private final Workspace workspace = new Workspace();

    @BeforeEach
    void requireFio() {
        Program.require("fio");
    }

    @Test
    void dataIsIntactWhileStandbysTakeOver() throws Exception {
        TestMachine machine = workspace.start(machineFile(1, 1));

        verifyWhileTheDriverDies(machine, 16, "--numjobs=1");

        assertThat(machine.events("takeover")).isNotEmpty();
    }

    @Test
    void dataIsIntactWhileDriversAreStartedAnew() throws Exception {
        TestMachine machine = workspace.start(machineFile(0, 1));

        verifyWhileTheDriverDies(machine, 8, "--numjobs=1");

        assertThat(machine.events("standby")).isEmpty();
    }

    @Test
    @Tag("long")
    void dataIsIntactOnFourQueues() throws Exception {
        TestMachine machine = workspace.start(machineFile(1, 4));

        verifyWhileTheDriverDies(machine, 4, "--numjobs=4", "--offset_increment=4m");

        assertThat(machine.events("takeover").stream()
                        .map(event -> event.detail().get("queue"))
                        .distinct())
                .hasSize(4);
    }

    /** As often as it takes to have the driver die so many times meanwhile. */
    private void verifyWhileTheDriverDies(TestMachine machine, int mebibytes, String... more) throws Exception {
        if (machine.domain("disk").standbys().isEmpty()
                && machine.events("standby").isEmpty()) {
            machine.awaitOwner("disk");
        }
        try (DriverKiller killer = new DriverKiller(machine, "disk")) {
            while (killer.kills() < KILLS) {
                Program.run(workspace.file(""), fio(mebibytes, more));
            }
        }
        machine.awaitOwner("disk");
        assertThat(machine.stop()).isZero();
    }

    private Object[] fio(int mebibytes, String... more) {
        Object[] common = {
            "fio",
            "--name=verified",
            "--ioengine=nbd",
            "--uri=" + workspace.nbd("a.sock"),
            "--thread",
            "--rw=randwrite",
            "--bs=4k",
            "--iodepth=16",
            "--size=" + mebibytes + "m",
            "--verify=crc32c",
            "--verify_fatal=1",
            "--rate_iops=2000"
        };
        Object[] command = java.util.Arrays.copyOf(common, common.length + more.length);
        System.arraycopy(more, 0, command, common.length, more.length);
        return command;
    }

    private static String machineFile(int standbys, int queues) {
        return """
                { "machine": "verified",
                  "driverDomains": [ { "name": "disk", "driver": "block", "standbys": %d,
                      "devices": [ { "name": "vol0", "image": "vol0.img", "size": "64MiB", "queues": %d } ] } ],
                  "guests": [ { "name": "web", "devices": [ { "as": "xvda", "disk": "disk/vol0" } ],
                      "programs": [ { "nbd": { "device": "xvda", "listen": "unix:a.sock" } } ] } ] }
                """.formatted(standbys, queues);
    }
}
