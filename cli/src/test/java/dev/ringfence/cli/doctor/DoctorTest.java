// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.cli.doctor.Finding.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoctorTest {
    @TempDir
    Path root;

    private Host host;

    /** A host with all there is to want, below {@link #root}. */
    @BeforeEach
    void createHost() {
        write("proc/sys/kernel/osrelease", "6.1.0-38-amd64\n");
        write("proc/self/stat", "1 (java)\n");
        write("proc/self/status", "Name:\tjava\nUid:\t1000\t1000\t1000\t1000\nCapEff:\t0000000000201000\n");
        write("dev/net/tun", "");
        write("proc/self/limits", limits("1048576", "20", "1048576"));
        write("proc/sys/user/max_user_namespaces", "63447\n");
        write("proc/sys/kernel/unprivileged_userns_clone", "1\n");
        write("proc/sys/kernel/seccomp/actions_avail", "kill_process kill_thread trap errno user_notif log allow\n");
        List.of("bwrap", "nbdcopy", "qemu-img", "fio", "ip", "xenstore-ls")
                .forEach(name -> program("bin/" + name, "exit 0"));
        List.of("mkfs.ext4", "e2fsck").forEach(name -> program("usr/sbin/" + name, "exit 0"));
        host = new Host(root, Map.of("PATH", "/nowhere:" + root.resolve("bin")), root.resolve("run/ringfence"));
    }

    @Test
    void findsNothingAmissOnAGoodHost() {
        assertThat(Doctor.examine(host))
                .filteredOn(finding -> finding.status() != Status.OK)
                .filteredOn(finding -> !finding.name().equals("cores"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"5.10.0, OK", "6.0-rc1, OK", "10.2.1, OK", "5.9.16, MISSING", "4.19.0, MISSING", "odd, MISSING"})
    void wantsAKernelOf510(String release, Status status) {
        write("proc/sys/kernel/osrelease", release + "\n");

        assertThat(finding("Linux kernel").status()).isEqualTo(status);
        assertThat(finding("Linux kernel").found()).isEqualTo(release);
    }

    @Test
    void missesProc() throws IOException {
        Files.delete(root.resolve("proc/self/stat"));

        assertThat(finding("/proc").status()).isEqualTo(Status.MISSING);
    }

    @Test
    void missesBubblewrap() throws IOException {
        Files.delete(root.resolve("bin/bwrap"));

        assertThat(finding("bubblewrap"))
                .isEqualTo(Finding.missing(
                        "bubblewrap",
                        "not found",
                        "a driver domain can't be kept from the host's files, network and processes",
                        "apt install bubblewrap"));
    }

    @Test
    void saysHowBubblewrapFails() {
        program("bin/bwrap", "echo 'bwrap: No permissions to create new namespace' >&2; exit 1");

        assertThat(finding("bubblewrap").status()).isEqualTo(Status.MISSING);
        assertThat(finding("bubblewrap").found())
                .isEqualTo(root.resolve("bin/bwrap") + " fails: bwrap: No permissions to create new namespace");
    }

    @Test
    void missesUserNamespaces() throws IOException {
        write("proc/sys/user/max_user_namespaces", "0\n");
        assertThat(finding("user namespaces").status()).isEqualTo(Status.MISSING);
        assertThat(finding("user namespaces").found()).isEqualTo("none allowed");

        Files.delete(root.resolve("proc/sys/user/max_user_namespaces"));
        assertThat(finding("user namespaces").found()).isEqualTo("not in this kernel");
    }

    @Test
    void warnsWhenUserNamespacesAreForRootOnly() {
        write("proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n");
        assertThat(finding("user namespaces").status()).isEqualTo(Status.WARN);
        assertThat(finding("user namespaces").remedy())
                .isEqualTo("sysctl kernel.apparmor_restrict_unprivileged_userns=0");

        write("proc/sys/kernel/unprivileged_userns_clone", "0\n");
        assertThat(finding("user namespaces").remedy()).isEqualTo("sysctl kernel.unprivileged_userns_clone=1");

        write("proc/self/status", "Uid:\t0\t0\t0\t0\nCapEff:\t0000000000000000\n");
        assertThat(finding("user namespaces").status()).isEqualTo(Status.OK);
    }

    @Test
    void missesSeccomp() throws IOException {
        write("proc/sys/kernel/seccomp/actions_avail", "trap allow\n");
        assertThat(finding("seccomp").status()).isEqualTo(Status.MISSING);

        Files.delete(root.resolve("proc/sys/kernel/seccomp/actions_avail"));
        assertThat(finding("seccomp").found()).isEqualTo("not in this kernel");
    }

    @ParameterizedTest
    @CsvSource({
        "0000000000201000, OK, 'CAP_NET_ADMIN, CAP_SYS_ADMIN'",
        "0000000000001000, WARN, CAP_NET_ADMIN only",
        "0000000000200000, WARN, not allowed",
        "000001ffffffffff, OK, 'CAP_NET_ADMIN, CAP_SYS_ADMIN'",
    })
    void saysWhetherInterfacesCanBeMade(String capabilities, Status status, String found) {
        write("proc/self/status", "Uid:\t1000\t1000\t1000\t1000\nCapEff:\t" + capabilities + "\n");

        assertThat(finding("network interfaces").status()).isEqualTo(status);
        assertThat(finding("network interfaces").found()).isEqualTo(found);
    }

    @Test
    void warnsWithoutTheTunDriver() throws IOException {
        Files.delete(root.resolve("dev/net/tun"));

        assertThat(finding("TUN driver").status()).isEqualTo(Status.WARN);
        assertThat(finding("TUN driver").remedy()).isEqualTo("modprobe tun");
    }

    @Test
    void warnsWithoutRealTimePriority() {
        write("proc/self/limits", limits("1024", "0", "0"));
        assertThat(finding("real-time priority").status()).isEqualTo(Status.WARN);

        write("proc/self/status", "Uid:\t0\t0\t0\t0\nCapEff:\t0000000000800000\n");
        assertThat(finding("real-time priority").found()).isEqualTo("CAP_SYS_NICE");
    }

    @ParameterizedTest
    @CsvSource({"256, WARN", "1024, WARN", "4096, OK", "unlimited, OK"})
    void warnsOfFewOpenFiles(String limit, Status status) {
        write("proc/self/limits", limits(limit, "20", "unlimited"));

        assertThat(finding("open files").status()).isEqualTo(status);
    }

    @Test
    void warnsOfAStateDirectoryThatOthersCanWriteTo() throws IOException {
        Path state = Files.createDirectories(host.stateRoot());
        Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThat(finding("state directory"))
                .isEqualTo(Finding.warn(
                        "state directory",
                        state + ", rwxrwxrwx",
                        "other users can put directories of their own where a machine's would be",
                        "chmod go-w " + state));
    }

    @Test
    void missesAStateDirectoryThatCanNotBe() {
        write("run/ringfence", "a file");

        assertThat(finding("state directory").status()).isEqualTo(Status.MISSING);
        assertThat(finding("state directory").found()).isEqualTo(host.stateRoot() + " is not a directory of yours");
    }

    @Test
    void namesTheDebianPackageOfEachTool() throws IOException {
        Files.delete(root.resolve("bin/nbdcopy"));

        assertThat(finding("nbdcopy"))
                .isEqualTo(Finding.warn(
                        "nbdcopy", "not found", "no copying disks in and out over NBD", "apt install libnbd-bin"));
    }

    private Finding finding(String name) {
        return Doctor.examine(host).stream()
                .filter(finding -> finding.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static String limits(String openFiles, String realTimePriority, String hardOpenFiles) {
        return """
            Limit                     Soft Limit           Hard Limit           Units
            Max open files            %-20s %-20s files
            Max realtime priority     %-20s %-20s
            """.formatted(openFiles, hardOpenFiles, realTimePriority, realTimePriority);
    }

    private void program(String path, String script) {
        write(path, "#!/bin/sh\n" + script + "\n");
        assertThat(root.resolve(path).toFile().setExecutable(true)).isTrue();
    }

    private void write(String path, String text) {
        try {
            Files.createDirectories(root.resolve(path).getParent());
            Files.writeString(root.resolve(path), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
