// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** Several ledgers of one campaign on their way to be one. */
final class LedgerMerge {
    private final List<Path> files = new ArrayList<>();
    private final List<LedgerHeader> headers = new ArrayList<>();
    private final SortedMap<Long, TrialRecord> trials = new TreeMap<>();

    void add(Path file) throws IOException {
        Ledger.Read read = Ledger.read(file);
        files.add(file);
        headers.add(read.header());
        same("campaign", LedgerHeader::campaign);
        same("seed", LedgerHeader::seed);
        same("build", LedgerHeader::build);
        same("trials", LedgerHeader::trials);
        Shards.union(headers.stream().map(LedgerHeader::shard).toList());
        for (TrialRecord trial : read.trials()) {
            if (trials.put(trial.trial(), trial) != null) {
                throw new IllegalArgumentException(
                        "two shards have one trial: trial=" + trial.trial() + ", once more in " + file);
            }
        }
    }

    void write(Path out) throws IOException {
        if (headers.isEmpty()) {
            throw new IllegalArgumentException("nothing to merge: shards=0");
        }
        LedgerHeader first = headers.get(0);
        LedgerHeader header = new LedgerHeader(
                first.version(),
                first.campaign(),
                first.seed(),
                first.trials(),
                Shards.union(headers.stream().map(LedgerHeader::shard).toList()),
                first.build(),
                machine());
        try (Ledger ledger = Ledger.create(out, header)) {
            for (TrialRecord trial : trials.values()) {
                ledger.append(trial);
            }
        }
    }

    private void same(String field, Function<LedgerHeader, Object> value) {
        Object expected = value.apply(headers.get(0));
        Object found = value.apply(headers.get(headers.size() - 1));
        if (!Objects.equals(expected, found)) {
            throw new IllegalArgumentException("the ledgers are of different campaigns: " + field + "=" + expected
                    + " in " + files.get(0) + ", " + field + "=" + found + " in " + files.get(files.size() - 1));
        }
    }

    /** Of shards that ran on different machines, each value that one of them had. */
    private Map<String, String> machine() {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (LedgerHeader header : headers) {
            header.machine().forEach((key, value) -> {
                List<String> known = values.computeIfAbsent(key, k -> new ArrayList<>());
                if (!known.contains(value)) {
                    known.add(value);
                }
            });
        }
        Map<String, String> machine = new LinkedHashMap<>();
        values.forEach((key, known) -> machine.put(key, String.join(" | ", known)));
        return machine;
    }
}
