// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.domain.ReceiveMode;
import java.util.Random;

/** Random traffic on both rings under drivers that die at random moments; after every step each page has one owner. */
final class LabTraffic {
    private static final int FRAME_MIN = 58;
    private static final int OUT_MAX = 65_535;
    private static final int IN_MAX = 30_000;
    private static final int FATE_MAX = 800;
    private static final int TAKEOVER_FATE_MAX = 200;

    private final Random random;
    private final LabRun run;

    private LabTraffic(LabRun run, Random random) {
        this.run = run;
        this.random = random;
    }

    static LabRun.Result of(ReceiveMode mode, long seed, int steps) {
        Random random = new Random(seed);
        LabRun.Conduct[] conducts = LabRun.Conduct.values();
        try (LabRun run = new LabRun(mode, conducts[random.nextInt(conducts.length)], true)) {
            LabTraffic traffic = new LabTraffic(run, random);
            for (int step = 0; step < steps && run.isSound(); step++) {
                traffic.step();
            }
            run.finish();
            return run.result();
        }
    }

    private void step() {
        for (int frames = random.nextInt(4); frames > 0; frames--) {
            transmit();
        }
        for (int frames = random.nextInt(4); frames > 0; frames--) {
            run.offer(FRAME_MIN + random.nextInt(random.nextBoolean() ? 200 : IN_MAX), gso());
        }
        int room = Math.min(run.guest().freePages(), run.guest().freeSlots(LabNic.RECEIVE));
        run.post(Math.min(room / 2, random.nextInt(20)));
        run.fates(
                random.nextBoolean() ? 1 + random.nextInt(FATE_MAX) : 0,
                random.nextBoolean() ? 1 + random.nextInt(TAKEOVER_FATE_MAX) : 0);
        run.settle();
    }

    private int gso() {
        return random.nextBoolean() ? 500 + random.nextInt(1000) : 0;
    }

    private void transmit() {
        int bytes = FRAME_MIN + random.nextInt(random.nextBoolean() ? 200 : OUT_MAX - FRAME_MIN);
        int gso = gso();
        int slots = LabGuest.slotsOf(bytes, gso);
        if (run.guest().freePages() >= slots && run.guest().freeSlots(LabNic.TRANSMIT) >= slots) {
            run.transmit(bytes, gso);
        }
    }
}
