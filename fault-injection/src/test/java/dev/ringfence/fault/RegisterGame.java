// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault;

import dev.ringfence.fault.DiskHistory.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One sector of a sound disk, played by chance: requests begin, happen and end in any order. Whenever a flush ends, each value that
 * was ever written is shown to the {@link PowerCutOracle}, and to a {@link SectorRegister} of all that has been, as read from the
 * medium between the flush's begin and now.
 */
final class RegisterGame {
    private static final int AT_ONCE = 4;

    private final SplittableRandom random;
    private final PowerCutOracle oracle = new PowerCutOracle();
    private final List<Request> all = new ArrayList<>();
    private final List<Request> open = new ArrayList<>();
    private final List<String> disagreements = new ArrayList<>();
    private long register = DiskHistory.INITIAL;
    private long now;
    private int judged;
    private int refused;

    private static final class Request {
        final long id;
        final Kind kind;
        final long begin;
        long end = SectorRegister.NEVER;
        boolean happened;
        long value;

        Request(long id, Kind kind, long begin) {
            this.id = id;
            this.kind = kind;
            this.begin = begin;
        }
    }

    RegisterGame(long seed) {
        random = new SplittableRandom(seed);
    }

    void step() {
        if (open.size() < AT_ONCE && random.nextBoolean()) {
            begin(List.of(Kind.READ, Kind.WRITE, Kind.WRITE, Kind.FLUSH).get(random.nextInt(4)));
        } else if (!open.isEmpty()) {
            goOn(open.get(random.nextInt(open.size())));
        }
    }

    private void begin(Kind kind) {
        Request request = new Request(all.size() + 1L, kind, ++now);
        oracle.submitted(request.id, kind, 0, kind == Kind.FLUSH ? 0 : 1);
        all.add(request);
        open.add(request);
    }

    private void goOn(Request request) {
        if (!request.happened) {
            request.happened = true;
            register = request.kind == Kind.WRITE ? request.id : register;
            request.value = register;
            return;
        }
        open.remove(request);
        if (request.kind == Kind.FLUSH) {
            powerCuts(request);
        }
        request.end = ++now;
        oracle.answered(request.id, 0, request.value);
    }

    private void powerCuts(Request flush) {
        judge(flush, DiskHistory.INITIAL);
        all.stream().filter(request -> request.kind == Kind.WRITE).forEach(write -> judge(flush, write.id));
    }

    private void judge(Request flush, long value) {
        boolean sound = history(flush, value).violation().isEmpty();
        boolean allowed = oracle.powerCut(flush.id, 0, value).isEmpty();
        judged++;
        refused += allowed ? 0 : 1;
        if (sound != allowed) {
            disagreements.add("flush " + flush.id + " value " + value + ": allowed=" + allowed + ", sound=" + sound);
        }
    }

    private SectorRegister history(Request flush, long value) {
        SectorRegister history = new SectorRegister();
        history.write(DiskHistory.INITIAL, 0, 0);
        for (Request request : all) {
            if (request.kind == Kind.WRITE) {
                history.write(request.id, request.begin, request.end);
            } else if (request.kind == Kind.READ && request.end != SectorRegister.NEVER) {
                history.read(request.value, request.begin, request.end);
            }
        }
        history.read(value, flush.begin, now + 1);
        return history;
    }

    /** Where the two did not say the same. */
    List<String> disagreements() {
        return disagreements;
    }

    int judged() {
        return judged;
    }

    /** How many of these a medium may not hold. */
    int refused() {
        return refused;
    }
}
