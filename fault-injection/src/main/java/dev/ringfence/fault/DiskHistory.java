// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What guests asked of a disk and what they were told, and the judgement on it: each request answered once, nothing else
 * answered, every sector linearizable, a failed flush never forgotten, the image what the last writes made it.
 *
 * <p>Writes fill their sectors with {@link SectorTag}s of their own id. Times are the order of the calls, so
 * {@link #submitted} comes before a driver can see the request, {@link #answered} after the guest has seen the answer.
 * Any thread.
 */
public final class DiskHistory {
    /** The tag value of every sector before the first write. Ids are positive and smaller. */
    public static final long INITIAL = 1L << 40;

    public enum Kind {
        READ,
        WRITE,
        /** At most one for each sector, because every value must have one writer. */
        DISCARD,
        FLUSH
    }

    /** What kind of wrong something is. */
    public enum Nature {
        /** The guest's own checks of ring and grants find it. */
        PROTOCOL,
        /** A request failed, and the guest was told. */
        ERROR,
        /** A request was not answered in time, or never. */
        UNANSWERED,
        /** Something was lost, or came twice or too late, and those who share in it can tell by numbers of their own. */
        LOSS,
        /** The guest was told that all is well, and it was not. */
        DATA
    }

    /** Something that must not be, in words. */
    public record Violation(Nature nature, String what) {}

    private static final class Request {
        final long id;
        final Kind kind;
        final long sector;
        final long begin;
        long end = SectorRegister.NEVER;
        int status;
        final long[] values;

        Request(long id, Kind kind, long sector, int count, long begin) {
            this.id = id;
            this.kind = kind;
            this.sector = sector;
            this.values = new long[count];
            this.begin = begin;
        }

        boolean isAnswered() {
            return end != SectorRegister.NEVER;
        }

        @Override
        public String toString() {
            return "request " + id + " (" + kind + " of " + values.length + " sectors from " + sector + ")";
        }
    }

    private final Map<Long, Request> requests = new LinkedHashMap<>();
    private final List<Violation> violations = new ArrayList<>();
    private final boolean flushesMayFail;
    private long now;
    private Optional<long[]> image = Optional.empty();
    private Optional<PowerCuts> powerCuts = Optional.empty();

    private record PowerCuts(PowerCutOracle oracle, Supplier<List<long[]>> images) {}

    private Set<Integer> knownLost = Set.of();

    /** @param flushesMayFail the device under it reports errors when it is flushed */
    public DiskHistory(boolean flushesMayFail) {
        this.flushesMayFail = flushesMayFail;
    }

    /**
     * Whenever a flush has succeeded the power might fail. To be called before the first request.
     *
     * @param images what each sector holds then, in each of the places where it may survive
     */
    public synchronized void tryPowerCuts(Supplier<List<long[]>> images) {
        powerCuts = Optional.of(new PowerCuts(new PowerCutOracle(), images));
    }

    /** A guest is about to publish a request; a flush covers no sectors. */
    public synchronized void submitted(long id, Kind kind, long sector, int count) {
        if (id <= 0 || id >= INITIAL) {
            throw new IllegalArgumentException("id=" + id);
        }
        if (requests.put(id, new Request(id, kind, sector, count, ++now)) != null) {
            throw new IllegalArgumentException("ids must be unique: id=" + id);
        }
        powerCuts.ifPresent(cuts -> cuts.oracle.submitted(id, kind, sector, count));
    }

    /**
     * A guest has seen an answer.
     *
     * @param status 0 for success
     * @param values of a successful read: what each sector's tag said
     */
    public synchronized void answered(long id, int status, long... values) {
        Request request = requests.get(id);
        if (request == null) {
            violation(Nature.PROTOCOL, "an answer to nothing: id=" + id + " status=" + status);
            return;
        }
        if (request.isAnswered()) {
            violation(Nature.PROTOCOL, request + " is answered again: status=" + status);
            return;
        }
        powerCuts.ifPresent(cuts -> {
            if (request.kind == Kind.FLUSH && status == 0) {
                cut(cuts, id);
            }
            cuts.oracle.answered(id, status, values);
        });
        request.end = ++now;
        request.status = status;
        System.arraycopy(values, 0, request.values, 0, values.length);
        if (status != 0 && !(flushesMayFail && request.kind == Kind.FLUSH)) {
            violation(Nature.ERROR, request + " failed: status=" + status);
        }
    }

    private void cut(PowerCuts cuts, long flush) {
        for (long[] sectors : cuts.images.get()) {
            for (int sector = 0; sector < sectors.length; sector++) {
                cuts.oracle.powerCut(flush, sector, sectors[sector]).ifPresent(what -> violation(Nature.DATA, what));
            }
        }
    }

    /** Something else that must not be. */
    public synchronized void violation(Nature nature, String what) {
        violations.add(new Violation(nature, what));
    }

    /** Something of this kind was found already, before all is judged. */
    public synchronized boolean has(Nature nature) {
        return violations.stream().anyMatch(violation -> violation.nature() == nature);
    }

    /** All drivers are idle: what each sector of the disk holds now. */
    public void finished(long[] sectors) {
        finished(sectors, Set.of());
    }

    /**
     * As {@link #finished(long[])}.
     *
     * @param lost sectors of which the guest knows that they are not what they must be
     */
    public synchronized void finished(long[] sectors, Set<Integer> lost) {
        now++;
        image = Optional.of(sectors.clone());
        knownLost = Set.copyOf(lost);
    }

    public synchronized long unanswered() {
        return requests.values().stream()
                .filter(request -> !request.isAnswered())
                .count();
    }

    /** How many requests have failed; in a history that allows it these are flushes. */
    public synchronized long failures() {
        return requests.values().stream()
                .filter(request -> request.isAnswered() && request.status != 0)
                .count();
    }

    /** All that is wrong, in words; empty when the disk did what a disk may do. */
    public List<String> violations() {
        return judge().stream().map(Violation::what).toList();
    }

    /** All that is wrong; empty when the disk did what a disk may do. */
    public synchronized List<Violation> judge() {
        List<Violation> found = new ArrayList<>(violations);
        requests.values().stream()
                .filter(request -> !request.isAnswered())
                .forEach(request -> found.add(new Violation(Nature.UNANSWERED, request + " is never answered")));
        forgottenFlushErrors(found);
        registers()
                .forEach((sector, register) -> register.violation()
                        .ifPresent(what -> found.add(new Violation(Nature.DATA, "sector " + sector + ": " + what))));
        return found;
    }

    private void forgottenFlushErrors(List<Violation> found) {
        long firstError = requests.values().stream()
                .filter(request -> request.kind == Kind.FLUSH && request.isAnswered() && request.status != 0)
                .mapToLong(request -> request.end)
                .min()
                .orElse(SectorRegister.NEVER);
        requests.values().stream()
                .filter(request -> request.kind == Kind.FLUSH && request.isAnswered() && request.status == 0)
                .filter(request -> request.begin > firstError)
                .map(request -> request + " succeeded although a flush had failed before")
                // The guest was told once: who goes on after a flush that failed does so knowingly.
                .forEach(what -> found.add(new Violation(Nature.ERROR, what)));
    }

    private Map<Long, SectorRegister> registers() {
        Map<Long, SectorRegister> registers = new TreeMap<>();
        for (Request request : requests.values()) {
            for (int i = 0; i < request.values.length; i++) {
                add(register(registers, request.sector + i), request, i);
            }
        }
        image.ifPresent(sectors -> {
            for (int sector = 0; sector < sectors.length; sector++) {
                if (!knownLost.contains(sector)) {
                    register(registers, sector).read(sectors[sector], now, SectorRegister.NEVER);
                }
            }
        });
        return registers;
    }

    private static SectorRegister register(Map<Long, SectorRegister> registers, long sector) {
        return registers.computeIfAbsent(sector, number -> {
            SectorRegister register = new SectorRegister();
            register.write(INITIAL, 0, 0);
            return register;
        });
    }

    private static void add(SectorRegister register, Request request, int index) {
        // What failed may have happened or not, as what was never answered.
        long end = request.status == 0 ? request.end : SectorRegister.NEVER;
        switch (request.kind) {
            case READ -> {
                if (end != SectorRegister.NEVER) {
                    register.read(request.values[index], request.begin, end);
                }
            }
            case WRITE -> register.write(request.id, request.begin, end);
            case DISCARD -> register.write(SectorTag.ZEROES, request.begin, end);
            default -> throw new IllegalStateException("a flush covers no sectors: " + request);
        }
    }
}
