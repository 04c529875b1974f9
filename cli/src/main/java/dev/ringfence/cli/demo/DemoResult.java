// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli.demo;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What came of the disk.
 *
 * @param equal source and copy are equal, as the guest read them and as files
 * @param clean what e2fsck says of the copy; empty without it
 * @param completed the guest came to its end and the machine went down cleanly
 */
record DemoResult(
        String disk,
        long bytes,
        boolean equal,
        Optional<Boolean> clean,
        long errors,
        boolean completed,
        List<DemoMachine.Crash> crashes) {

    boolean holds() {
        return completed && equal && clean.orElse(true) && errors == 0 && !crashes.isEmpty();
    }

    String text() {
        StringBuilder text = new StringBuilder();
        row(text, "disk", disk);
        row(text, "copied", String.format("%.1f MiB through the driver", bytes / 1048576.0));
        row(text, "copy", equal ? "equal, SHA-256 by the guest and byte by byte on the host" : "NOT EQUAL");
        row(text, "e2fsck -fn", clean.map(ok -> ok ? "clean" : "NOT CLEAN").orElse("not installed"));
        row(text, "errors seen by the guest", Long.toString(errors));
        for (int i = 0; i < crashes.size(); i++) {
            DemoMachine.Crash crash = crashes.get(i);
            String outage = crash.noticed() ? crash.outageMicros() + " us without an answer" : "under 1000 us";
            row(text, "crash " + (i + 1), outage + ", " + crash.replayed() + " replayed, pid " + crash.pid());
        }
        return text.toString();
    }

    static void row(StringBuilder text, String name, String value) {
        text.append(String.format("%-26s%s%n", name, value));
    }

    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("disk", disk);
        fields.put("bytes", bytes);
        fields.put("equal", equal);
        clean.ifPresent(ok -> fields.put("fileSystemClean", ok));
        fields.put("errors", errors);
        fields.put("crashes", crashes);
        return fields;
    }
}
