// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.grant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.memory.PrivateMemory;
import dev.ringfence.memory.ResourceLimits;
import dev.ringfence.memory.SharedMemory;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuardedPagesTest {
    private static final int SIGNAL = 128;
    private static final int SIGABRT = 6;
    private static final int SIGSEGV = 11;

    @Test
    void aPageThatWasTakenCanBeFilled() throws Exception {
        assertThat(exitCode("taken")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"given", "guest", "successor"})
    void aDriverThatTouchesAPageItDoesNotOwnDies(String what) throws Exception {
        assertThat(exitCode(what)).isIn(SIGNAL + SIGABRT, SIGNAL + SIGSEGV);
    }

    private static int exitCode(String what) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--"))
                .forEach(command::add);
        command.addAll(List.of("-XX:ErrorFile=/dev/null", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(Driver.class.getName(), what));
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    /** Exchanges frame 4 of the guest for its own frame 9, and touches one page. */
    static final class Driver {
        private static final int GUEST = 7;
        private static final int EMPTY = 4;
        private static final int FULL = 9;
        private static final int FRAMES = 16;

        private Driver() {}

        public static void main(String[] arguments) {
            ResourceLimits.noCoreDumps();
            SharedMemory region = SharedMemory.create("region", FRAMES * 4096L);
            SharedMemory control = SharedMemory.create("control", OwnershipTable.bytes(FRAMES));
            OwnershipTable owners = new OwnershipTable(control.window(), FRAMES);
            owners.initialise(GUEST);
            owners.assign(8, 2, Region.DRIVER, 0);
            GuardedPages pages = new GuardedPages(region, owners, Region.DRIVER, 0);
            pages.window().putInt(RegionLayout.offset(FULL), 1);
            exchange(region, owners, pages);
            GuardedPages successor = new GuardedPages(region, owners, Region.DRIVER, 0);
            successor.window().putInt(RegionLayout.offset(8), 1);
            switch (arguments[0]) {
                case "taken" -> {
                    pages.window().putInt(RegionLayout.offset(EMPTY), 2);
                    successor.window().putInt(RegionLayout.offset(EMPTY), 3);
                }
                case "given" -> pages.window().putInt(RegionLayout.offset(FULL), 4);
                case "guest" -> pages.window().putInt(RegionLayout.offset(EMPTY + 1), 5);
                default -> successor.window().putInt(RegionLayout.offset(FULL), 6);
            }
        }

        private static void exchange(SharedMemory region, OwnershipTable owners, GuardedPages pages) {
            PageTransfer transfer = new PageTransfer(region.window(), owners, Region.DRIVER, GUEST, 0);
            PrivateMemory record = new PrivateMemory(PageTransfer.RECORD_BYTES);
            int ref = new GrantTable(region.window()).acceptTransfer(Region.DRIVER, EMPTY);
            transfer.prepare(record.window(), 0, ref, transfer.commit(ref), FULL);
            pages.give(FULL, 1);
            transfer.exchange(record.window(), 0);
            pages.take(EMPTY, 1);
        }
    }
}
