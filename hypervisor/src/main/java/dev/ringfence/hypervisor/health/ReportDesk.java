// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.health;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Takes guests' reports, from each guest one a second; the others are only counted. Any thread. */
final class ReportDesk {
    private static final long INTERVAL_NANOS = 1_000_000_000;

    /** A report, and how many of the same guest were dropped before it. */
    record Filed(ViolationReport report, long dropped) {}

    private static final class Visitor {
        private long lastNanos;
        private long dropped;
    }

    private final Map<Integer, Visitor> visitors = new HashMap<>();
    private final List<Filed> filed = new ArrayList<>();

    synchronized void file(ViolationReport report, long nowNanos) {
        Visitor visitor = visitors.get(report.guest());
        if (visitor == null) {
            visitor = new Visitor();
            visitors.put(report.guest(), visitor);
        } else if (nowNanos - visitor.lastNanos < INTERVAL_NANOS) {
            visitor.dropped++;
            return;
        }
        filed.add(new Filed(report, visitor.dropped));
        visitor.lastNanos = nowNanos;
        visitor.dropped = 0;
    }

    /** What has been filed since the last time. */
    synchronized List<Filed> take() {
        List<Filed> taken = List.copyOf(filed);
        filed.clear();
        return taken;
    }
}
