// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import dev.ringfence.hypervisor.control.KillMethod;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a run is carried out.
 *
 * @param outages what deaths to measure
 * @param throughput how long to look at throughput under kills
 * @param soak takeovers of one machine at the end; 0: none
 * @param seed of the instants
 * @param directory where the image lies for the time of the run
 * @param plot where the picture of throughput goes
 */
public record RecoverySettings(
        Outages outages, Throughput throughput, int soak, long seed, Path directory, Optional<Path> plot) {
    public static final int QUEUES_MAX = 8;
    public static final int STANDBYS_MAX = 4;
    /** Fewer say nothing about growth. */
    public static final int SOAK_MIN = 20;

    /**
     * @param ways of dying
     * @param depths requests kept under way on each queue
     * @param queues of the disk; each number is a machine of its own
     * @param kills that are to count, of each way, with each depth and number of queues; 0: none
     * @param standbys of the driver; all of them are awaited before a kill that would have to wait for one
     * @param steady the load goes on while a standby is started, instead of leaving it the processors
     * @param floors measure them too
     */
    public record Outages(
            List<KillMethod> ways,
            List<Integer> depths,
            List<Integer> queues,
            int kills,
            int standbys,
            boolean steady,
            boolean floors) {
        public Outages {
            ways = List.copyOf(ways);
            depths = List.copyOf(depths);
            queues = List.copyOf(queues);
            check("kills", kills, 0, Integer.MAX_VALUE);
            check("standbys", standbys, 1, STANDBYS_MAX);
            depths.forEach(depth -> check("depth", depth, 1, QueueLoad.MAX_DEPTH));
            queues.forEach(number -> check("queues", number, 1, QUEUES_MAX));
            if (ways.isEmpty() || depths.isEmpty() || queues.isEmpty()) {
                throw new IllegalArgumentException("ways, depths and queues: at least one of each");
            }
        }
    }

    /**
     * @param rounds in each of which every rate has its turn; 0: no throughput
     * @param seconds of each turn
     */
    public record Throughput(int rounds, double seconds) {
        public Throughput {
            check("rounds", rounds, 0, 1_000);
            if (!(seconds >= 0.1 && seconds <= 600)) {
                throw new IllegalArgumentException("seconds must be 0.1 to 600: seconds=" + seconds);
            }
        }
    }

    public RecoverySettings {
        if (soak != 0) {
            check("soak", soak, SOAK_MIN, Integer.MAX_VALUE);
        }
    }

    private static void check(String name, int value, int least, int most) {
        if (value < least || value > most) {
            String range = most == Integer.MAX_VALUE ? "at least " + least : least + " to " + most;
            throw new IllegalArgumentException(name + " must be " + range + ": " + name + "=" + value);
        }
    }
}
