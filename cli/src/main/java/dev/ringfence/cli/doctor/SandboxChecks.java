// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli.doctor;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What keeps a driver domain in its place. */
final class SandboxChecks {
    private static final String COST = "a driver domain can't be kept from the host's files, network and processes";
    private static final String[] TRIAL = {"--unshare-user", "--unshare-pid", "--ro-bind", "/", "/", "true"};

    private SandboxChecks() {}

    static List<Finding> of(Host host) {
        return List.of(bubblewrap(host), userNamespaces(host), seccomp(host));
    }

    private static Finding bubblewrap(Host host) {
        Optional<Path> program = host.program("bwrap");
        if (program.isEmpty()) {
            return Finding.missing("bubblewrap", "not found", COST, "apt install bubblewrap");
        }
        Optional<Host.Outcome> outcome = host.run(program.get(), TRIAL);
        if (outcome.isPresent() && outcome.get().exitCode() == 0) {
            return Finding.ok("bubblewrap", program.get() + ", works");
        }
        String failure = outcome.map(Host.Outcome::output)
                .flatMap(output -> output.lines().findFirst())
                .orElse("no end, no output");
        return Finding.missing(
                "bubblewrap",
                program.get() + " fails: " + failure,
                COST,
                "allow user namespaces (see below), or install bubblewrap set-user-ID root");
    }

    private static Finding userNamespaces(Host host) {
        Optional<String> most = host.read("proc/sys/user/max_user_namespaces");
        if (most.isEmpty() || most.get().equals("0")) {
            String found = most.isEmpty() ? "not in this kernel" : "none allowed";
            return Finding.missing(
                    "user namespaces", found, COST, "sysctl user.max_user_namespaces=10000 (CONFIG_USER_NS)");
        }
        Optional<String> restriction = Stream.of(
                        restricted(host, "kernel/unprivileged_userns_clone", "0", "1"),
                        restricted(host, "kernel/apparmor_restrict_unprivileged_userns", "1", "0"))
                .flatMap(Optional::stream)
                .findFirst();
        if (restriction.isPresent() && !host.isSuperuser()) {
            return Finding.warn(
                    "user namespaces",
                    "for root only",
                    "bubblewrap works only where it is set-user-ID root or has an AppArmor profile",
                    restriction.get());
        }
        return Finding.ok("user namespaces", "up to " + most.get());
    }

    /** The command that lifts a restriction which stands. */
    private static Optional<String> restricted(Host host, String key, String restricting, String lifting) {
        return host.read("proc/sys/" + key)
                .filter(restricting::equals)
                .map(value -> "sysctl " + key.replace('/', '.') + "=" + lifting);
    }

    private static Finding seccomp(Host host) {
        String actions = host.read("proc/sys/kernel/seccomp/actions_avail").orElse("");
        List<String> available = List.of(actions.split("\\s+", -1));
        return available.containsAll(List.of("kill_process", "errno"))
                ? Finding.ok("seccomp", actions)
                : Finding.missing(
                        "seccomp",
                        actions.isEmpty() ? "not in this kernel" : actions,
                        "a driver could make any system call of the kernel",
                        "boot a kernel with CONFIG_SECCOMP_FILTER");
    }
}
