// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli.doctor;

import java.util.ArrayList;
import java.util.List;

/** Looks over a host. */
public final class Doctor {
    private Doctor() {}

    public static List<Finding> examine(Host host) {
        List<Finding> findings = new ArrayList<>();
        findings.addAll(SystemChecks.of(host));
        findings.addAll(SandboxChecks.of(host));
        findings.addAll(StateChecks.of(host));
        findings.addAll(NetworkChecks.of(host));
        findings.addAll(ToolChecks.of(host));
        return findings;
    }
}
