// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli.doctor;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The JVM, the kernel and what they let a process have. */
final class SystemChecks {
    private static final Pattern RELEASE = Pattern.compile("(\\d+)\\.(\\d+).*");
    private static final int KERNEL_MAJOR_MIN = 5;
    private static final int KERNEL_MINOR_MIN = 10;
    private static final long OPEN_FILES_MIN = 4096;
    private static final int CORES_MIN = 2;
    /** CAP_SYS_NICE of capabilities(7). */
    private static final int SYS_NICE_BIT = 23;

    private SystemChecks() {}

    static List<Finding> of(Host host) {
        return List.of(java(), kernel(host), proc(host), cores(), openFiles(host), realTime(host));
    }

    private static Finding java() {
        return Finding.ok("Java", Runtime.version() + ", " + System.getProperty("java.home"));
    }

    private static Finding kernel(Host host) {
        String release = host.read("proc/sys/kernel/osrelease").orElse("unknown");
        Matcher version = RELEASE.matcher(release);
        boolean recent = version.matches() && isRecent(version);
        return recent
                ? Finding.ok("Linux kernel", release)
                : Finding.missing(
                        "Linux kernel",
                        release,
                        "no machine will run: pidfds, sealed memfds and what else they need came by 5.10",
                        "boot a kernel of 5.10 or newer");
    }

    private static boolean isRecent(Matcher version) {
        int major = Integer.parseInt(version.group(1));
        int minor = Integer.parseInt(version.group(2));
        return major > KERNEL_MAJOR_MIN || (major == KERNEL_MAJOR_MIN && minor >= KERNEL_MINOR_MIN);
    }

    private static Finding proc(Host host) {
        return host.read("proc/self/stat").isPresent()
                ? Finding.ok("/proc", "mounted")
                : Finding.missing(
                        "/proc",
                        "not readable",
                        "no machine will run: health is read from it",
                        "mount -t proc proc /proc");
    }

    private static Finding cores() {
        int cores = Runtime.getRuntime().availableProcessors();
        return cores >= CORES_MIN
                ? Finding.ok("cores", String.valueOf(cores))
                : Finding.warn(
                        "cores",
                        String.valueOf(cores),
                        "drivers and guests take turns; a takeover waits for its turn too",
                        "give the host or its control group 2 or more");
    }

    private static Finding openFiles(Host host) {
        String limit = host.line("proc/self/limits", "Max open files")
                .map(columns -> columns.split("\\s+", -1)[0])
                .orElse("unknown");
        boolean enough = limit.equals("unlimited")
                || (limit.chars().allMatch(Character::isDigit) && Long.parseLong(limit) >= OPEN_FILES_MIN);
        return enough
                ? Finding.ok("open files", limit)
                : Finding.warn(
                        "open files",
                        limit,
                        "few connections fit: each takes several descriptors in the hypervisor",
                        "ulimit -n " + OPEN_FILES_MIN + ", or raise nofile in /etc/security/limits.conf");
    }

    private static Finding realTime(Host host) {
        Optional<String> limit = host.line("proc/self/limits", "Max realtime priority")
                .map(columns -> columns.split("\\s+", -1)[0])
                .filter(priority -> !priority.equals("0"));
        boolean capable = host.line("proc/self/status", "CapEff:")
                .filter(capabilities -> (Long.parseUnsignedLong(capabilities, 16) >>> SYS_NICE_BIT & 1) == 1)
                .isPresent();
        if (limit.isPresent() || capable) {
            return Finding.ok("real-time priority", capable ? "CAP_SYS_NICE" : "up to " + limit.get());
        }
        return Finding.warn(
                "real-time priority",
                "not allowed",
                "on a busy host the health monitor and a takeover wait for their turn, by milliseconds",
                "add \"<user> - rtprio 20\" to /etc/security/limits.conf and log in again");
    }
}
