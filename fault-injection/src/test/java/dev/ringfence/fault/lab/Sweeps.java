// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.fault.lab.CrashRun.Result;
import dev.ringfence.fault.lab.CrashRun.Setting;
import dev.ringfence.fault.lab.LabConnection.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The experiments of the lab, each to be swept over all stores of a driver whose thread dies there. */
enum Sweeps {
    /** The mixed workload of one honest guest. */
    MIXED {
        @Override
        Result run(Lab lab, Hosts hosts, int store, long patienceMillis) {
            return CrashRun.run(
                    lab,
                    hosts,
                    Setting.of(Workloads.MIXED, patienceMillis),
                    exit(store).amongAllStores());
        }
    },
    /**
     * The same, and the successor dies after each of its own stores too. The guest looks at its ring whenever a driver has
     * just died: what it sees there must stay so.
     */
    PAIRS {
        @Override
        Result run(Lab lab, Hosts hosts, int store, long patienceMillis) {
            Setting honest = Setting.of(Workloads.MIXED, patienceMillis);
            Setting attentive = new Setting(
                    honest.shape(),
                    honest.batches(),
                    patienceMillis,
                    Optional.of(connection -> connection.queues().forEach(LabQueue::poll)));
            Result result = CrashRun.run(lab, hosts, attentive, exit(store));
            for (int second = 1; result.violations().isEmpty() && result.deaths() == Math.min(second, 2); second++) {
                Fate successor = exit(second).from(Fate.From.LEASE_TO_RECOVERY);
                result = CrashRun.run(lab, hosts, attentive, exit(store), successor);
            }
            return result;
        }
    },
    /** The same, of guests that write over all they can between driver and successor. */
    HOSTILE {
        @Override
        Result run(Lab lab, Hosts hosts, int store, long patienceMillis) {
            Result result = null;
            for (HostileGuest guest : HostileGuest.values()) {
                Setting honest = Setting.of(Workloads.MIXED, patienceMillis);
                Setting hostile = new Setting(honest.shape(), honest.batches(), patienceMillis, Optional.of(guest));
                result = CrashRun.run(lab, hosts, hostile, exit(store));
                if (!result.violations().isEmpty()) {
                    return result;
                }
            }
            return result;
        }
    },
    /** A device that writes down what is asked of it: replays go by the book. */
    TRACED {
        @Override
        Result run(Lab lab, Hosts hosts, int store, long patienceMillis) {
            Result result = CrashRun.run(
                    lab,
                    hosts,
                    onLabDisk(Workloads.TRACED, patienceMillis, false),
                    exit(store).amongAllStores());
            List<String> violations = new ArrayList<>(result.violations());
            violations.addAll(Trace.violations(Workloads.TRACED.get(0), result.trace(), result.suspects()));
            return new Result(
                    result.deaths(), result.recoveries(), result.suspects(), result.trace(), List.copyOf(violations));
        }
    },
    /** A device whose first flush fails. */
    FAILING_FLUSH {
        @Override
        Result run(Lab lab, Hosts hosts, int store, long patienceMillis) {
            return CrashRun.run(
                    lab,
                    hosts,
                    onLabDisk(Workloads.FLUSHES, patienceMillis, true),
                    exit(store).amongAllStores());
        }
    },
    /** A disk with a volatile cache; the power may fail whenever a flush has been answered, by one driver or by the next. */
    POWER_CUTS {
        @Override
        Result run(Lab lab, Hosts hosts, int store, long patienceMillis) {
            return onVolatileDisk(lab, hosts, store, patienceMillis, Map.of());
        }
    },
    /** A disk with bad sectors, which the successor has too: requests may fail, and nothing else may be wrong. */
    BAD_SECTORS {
        @Override
        Result run(Lab lab, Hosts hosts, int store, long patienceMillis) {
            String fault = new DeviceFault(DeviceFault.Kind.BAD_SECTORS, BAD_SECTORS_SEED).encode();
            Shape plain = Shape.plain(1, Workloads.BEFORE_WRAP);
            Shape shape = new Shape(1, plain.firstIndex(), plain.kind(), Map.of(LabDriver.FAULT, fault), false);
            Result result = onDisk(lab, hosts, store, patienceMillis, shape);
            List<String> failed = result.violations().stream()
                    .filter(violation -> violation.endsWith(" failed: status=-1"))
                    .toList();
            List<String> violations = new ArrayList<>(result.violations());
            violations.removeAll(failed);
            if (failed.isEmpty()) {
                violations.add("no request met a bad sector");
            }
            return new Result(
                    result.deaths(), result.recoveries(), result.suspects(), result.trace(), List.copyOf(violations));
        }
    },
    /** Two queues, one of them slow, and slow again after the death, wherever. */
    SLOW_QUEUE {
        @Override
        Result run(Lab lab, Hosts hosts, int store, long patienceMillis) {
            for (int successor = 1; ; successor++) {
                TwoQueueRun.Result result = TwoQueueRun.run(lab, hosts, store, successor, patienceMillis);
                if (!result.successorStoodStill() || !result.violations().isEmpty()) {
                    int deaths = result.driverStoodStill() ? 1 : 0;
                    return new Result(deaths, List.of(), 0, List.of(), result.violations());
                }
            }
        }
    };

    /** Of bad sectors in the midst of what the mixed workload writes. */
    private static final long BAD_SECTORS_SEED = 3;

    /** The experiment in which the driver dies after {@code store}. */
    abstract Result run(Lab lab, Hosts hosts, int store, long patienceMillis);

    private static Fate exit(int store) {
        return Fate.at(Fate.Action.EXIT, store);
    }

    /** @param options of the {@link VolatileDisk} */
    static Result onVolatileDisk(Lab lab, Hosts hosts, int store, long patienceMillis, Map<String, String> options) {
        return onDisk(lab, hosts, store, patienceMillis, Shape.withVolatileDisk(Workloads.BEFORE_WRAP, options));
    }

    /** The mixed workload on a disk of another kind. */
    static Result onDisk(Lab lab, Hosts hosts, int store, long patienceMillis, Shape shape) {
        Setting honest = Setting.of(Workloads.MIXED, patienceMillis);
        Setting setting = new Setting(shape, honest.batches(), patienceMillis, Optional.empty());
        return CrashRun.run(lab, hosts, setting, exit(store).amongAllStores());
    }

    private static Setting onLabDisk(List<List<Operation>> batches, long patienceMillis, boolean firstFlushFails) {
        Shape shape = new Shape(
                1,
                Workloads.BEFORE_WRAP,
                LabDisk.class.getName(),
                firstFlushFails ? Map.of(LabDisk.FIRST_FLUSH_FAILS, "") : Map.of(),
                firstFlushFails);
        Setting honest = Setting.of(batches, patienceMillis);
        return new Setting(shape, honest.batches(), patienceMillis, Optional.empty());
    }
}
