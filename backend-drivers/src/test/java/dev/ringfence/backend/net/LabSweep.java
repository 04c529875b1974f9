// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.domain.ReceiveMode;

/**
 * Lets a driver die after its first store, its second, and so on until it survives; its successor after each store of its
 * takeover, each time. A program of its own, because what is asked of {@link dev.ringfence.memory.CrashPoint} and {@link
 * dev.ringfence.ring.Defect} holds for the whole life of a process.
 *
 * <pre>
 *   sweep MODE SCENARIO...     scenarios of {@link LabScenario}
 *   single MODE SCENARIO...    the same, but successors live
 *   traffic MODE SEED RUNS     {@link LabTraffic}
 * </pre>
 *
 * <p>Prints what was done, or {@code violation: ...} of the first run that went wrong, and ends there.
 */
final class LabSweep {
    private static final int TRAFFIC_STEPS = 150;
    /** What drivers had outside of the heap goes with what referred to it. */
    private static final int RUNS_A_COLLECTION = 500;

    private final ReceiveMode mode;
    private int runs;
    private int allDeaths;
    private int doubled;
    private int lost;
    private int most;
    private boolean sound = true;

    private LabSweep(ReceiveMode mode) {
        this.mode = mode;
    }

    public static void main(String[] arguments) {
        LabSweep sweep = new LabSweep(ReceiveMode.valueOf(arguments[1]));
        if (arguments[0].equals("traffic")) {
            sweep.traffic(Long.parseLong(arguments[2]), Integer.parseInt(arguments[3]));
        } else {
            for (int i = 2; i < arguments.length && sweep.sound; i++) {
                for (LabRun.Conduct conduct : LabRun.Conduct.values()) {
                    sweep.sweep(LabScenario.valueOf(arguments[i]), conduct);
                }
                if (arguments[0].equals("sweep")) {
                    sweep.sweepPairs(LabScenario.valueOf(arguments[i]));
                }
            }
        }
        if (sweep.sound) {
            System.out.printf(
                    "runs=%d deaths=%d doubled=%d lost=%d stores=%d%n",
                    sweep.runs, sweep.allDeaths, sweep.doubled, sweep.lost, sweep.most);
        }
    }

    /** One death, after every store. */
    private void sweep(LabScenario scenario, LabRun.Conduct conduct) {
        int deaths = 1;
        for (int driver = 1; sound && deaths > 0; driver++) {
            LabRun.Result result = LabRun.of(mode, scenario, conduct, driver, 0);
            note(result, scenario + " " + conduct + " after store " + driver);
            deaths = result.deaths();
            most = Math.max(most, driver - 1);
        }
    }

    /** Two deaths, after every ordered store and every one of the takeover. */
    private void sweepPairs(LabScenario scenario) {
        int deaths = 1;
        for (int driver = 1; sound && deaths > 0; driver++) {
            deaths = 2;
            for (int successor = 1; sound && deaths == 2; successor++) {
                LabRun.Result result = LabRun.of(mode, scenario, LabRun.Conduct.ATTENTIVE, driver, successor);
                note(result, scenario + " after ordered store " + driver + ", then " + successor);
                deaths = result.deaths();
            }
        }
    }

    private void traffic(long seed, int count) {
        for (int i = 0; i < count && sound; i++) {
            note(LabTraffic.of(mode, seed + i, TRAFFIC_STEPS), "seed " + (seed + i));
        }
    }

    private void note(LabRun.Result result, String what) {
        allDeaths += result.deaths();
        doubled += result.doubled();
        lost += result.lost();
        if (++runs % RUNS_A_COLLECTION == 0) {
            System.gc();
        }
        if (!result.violations().isEmpty()) {
            System.out.println("violation: " + what + ": " + String.join("; ", result.violations()));
            sound = false;
        }
    }
}
