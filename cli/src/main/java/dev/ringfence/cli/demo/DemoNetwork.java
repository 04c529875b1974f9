// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli.demo;

import dev.ringfence.benchmark.transfer.Stall;
import dev.ringfence.benchmark.transfer.TransferReport;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What came of the download, if there could be one.
 *
 * @param obstacle why there was none
 */
record DemoNetwork(Optional<TransferReport> report, Optional<String> obstacle) {
    static DemoNetwork of(TransferReport report) {
        return new DemoNetwork(Optional.of(report), Optional.empty());
    }

    static DemoNetwork leftOut(String obstacle) {
        return new DemoNetwork(Optional.empty(), Optional.of(obstacle));
    }

    boolean holds() {
        return report.map(TransferReport::holds).orElse(true);
    }

    String text() {
        StringBuilder text = new StringBuilder();
        obstacle.ifPresent(why -> DemoResult.row(text, "network", "left out: " + why));
        report.ifPresent(transfer -> describe(text, transfer));
        return text.toString();
    }

    private static void describe(StringBuilder text, TransferReport transfer) {
        DemoResult.row(
                text,
                "downloaded",
                String.format(
                        "%.1f MiB by HTTP through the driver, over TCP of the kernel", transfer.bytes() / 1048576.0));
        DemoResult.row(text, "download", transfer.equal() ? "equal, SHA-256 at both ends" : "NOT EQUAL");
        DemoResult.row(text, "connections reset", Long.toString(transfer.tcp().resets()));
        int number = 1;
        for (Stall stall : transfer.stalls()) {
            String end = stall.timeouts() > 0 ? ", TCP's timer included" : "";
            DemoResult.row(text, "crash " + number++, stall.nanos() / 1_000 + " us without a byte" + end);
        }
    }

    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        obstacle.ifPresent(why -> fields.put("leftOut", why));
        report.ifPresent(transfer -> {
            fields.put("bytes", transfer.bytes());
            fields.put("equal", transfer.equal());
            fields.put("resets", transfer.tcp().resets());
            fields.put("stalls", transfer.stalls());
        });
        return fields;
    }
}
