// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import java.util.List;
import java.util.function.Consumer;

/** What a guest and its wire do in the lab, batch by batch; before each the driver sleeps. */
@SuppressWarnings("ImmutableEnumChecker") // functions, and none has a state
enum LabScenario {
    SMALL_FRAMES_OUT(List.of(run -> out(run, 60, 100, 1514), run -> out(run, 60))),
    LARGE_FRAMES_OUT(List.of(run -> out(run, 60, 9000, 61), run -> out(run, 65_535))),
    SEGMENTS_OUT(List.of(run -> segmentsOut(run, 9000), run -> {
        out(run, 60);
        segmentsOut(run, 1514);
        segmentsOut(run, 5000);
    })),
    SMALL_FRAMES_IN(List.of(run -> run.post(6), run -> in(run, 60, 1514, 4096), run -> in(run, 60))),
    LARGE_FRAMES_IN(List.of(
            run -> {
                run.post(22);
                in(run, 9000, 60);
            },
            run -> in(run, 5000))),
    SEGMENTS_IN(List.of(run -> run.post(20), run -> {
        segmentsIn(run, 9000);
        in(run, 60);
        segmentsIn(run, 1514);
    })),
    /** The guest posts the rest of a frame's buffers when most of it has long been there. */
    BUFFERS_THAT_COME_LATE(List.of(
            run -> {
                run.post(3);
                in(run, 60);
                segmentsIn(run, 9000);
                in(run, 60);
            },
            run -> run.post(1),
            run -> run.post(4))),
    BOTH_WAYS(List.of(
            run -> {
                run.post(4);
                out(run, 5000);
                in(run, 60, 5000);
            },
            run -> {
                segmentsOut(run, 5000);
                run.post(3);
                segmentsIn(run, 3000);
            }));

    private static final int SEGMENT_BYTES = 1448;

    private final List<Consumer<LabRun>> batches;

    LabScenario(List<Consumer<LabRun>> batches) {
        this.batches = batches;
    }

    List<Consumer<LabRun>> batches() {
        return batches;
    }

    private static void out(LabRun run, int... sizes) {
        for (int size : sizes) {
            run.transmit(size, 0);
        }
    }

    private static void segmentsOut(LabRun run, int size) {
        run.transmit(size, SEGMENT_BYTES);
    }

    private static void in(LabRun run, int... sizes) {
        for (int size : sizes) {
            run.offer(size, 0);
        }
    }

    private static void segmentsIn(LabRun run, int size) {
        run.offer(size, SEGMENT_BYTES);
    }
}
