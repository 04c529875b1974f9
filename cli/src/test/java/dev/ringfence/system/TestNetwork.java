// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ringfence.memory.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Network namespaces of a test's own: hosts that have nothing but what the test gives them. A test is skipped where it may
 * not make any.
 */
final class TestNetwork {
    private final Path directory;
    private final List<String> namespaces = new ArrayList<>();

    private TestNetwork(Workspace workspace) {
        this.directory = workspace.file("");
    }

    static TestNetwork create(Workspace workspace) {
        Program.require("ip");
        assumeTrue(Files.isWritable(Path.of("/dev/net/tun")), "needs the TUN driver");
        assumeTrue("root".equals(System.getProperty("user.name")), "needs CAP_NET_ADMIN and CAP_SYS_ADMIN");
        TestNetwork network = new TestNetwork(workspace);
        workspace.closeAtEnd(network::delete);
        return network;
    }

    /** A host with its loopback up; the name of its namespace. */
    String host(String suffix) throws IOException, InterruptedException {
        String name = "rf-" + ProcessHandle.current().pid() + "-" + suffix;
        command("ip", "netns", "add", name);
        namespaces.add(name);
        command("ip", "-n", name, "link", "set", "lo", "up");
        return name;
    }

    /** Gives an interface of a host its addresses, usable at once. */
    void address(String host, String link, String... addresses) throws IOException, InterruptedException {
        for (String address : addresses) {
            List<String> words = new ArrayList<>(List.of("ip", "-n", host, "address", "add", address, "dev", link));
            if (address.contains(":")) {
                words.add("nodad");
            }
            command(words.toArray());
        }
    }

    /** A program on a host. */
    Program start(String host, Object... words) throws IOException {
        Program.require(words[0].toString());
        return Program.start(directory, words(host, words));
    }

    /** Runs a program on a host to its end, which must be a good one; what it printed. */
    String run(String host, String program, Object... words) throws IOException, InterruptedException {
        Program.require(program);
        List<Object> all = new ArrayList<>(List.of(program));
        all.addAll(List.of(words));
        return Program.run(directory, words(host, all.toArray()));
    }

    /** Waits until a host has an interface, and it is up. */
    void awaitLink(String host, String link) {
        await().atMost(TestMachine.PATIENCE)
                .until(() -> run(host, "ip", "-oneline", "link", "show", "up").contains(" " + link + ":"));
    }

    /** Waits until a program on a host listens. */
    void awaitListener(String host, int port) {
        await().until(() -> !run(host, "ss", "-lntH", "sport", "= :" + port).isEmpty());
    }

    private static Object[] words(String host, Object... words) {
        List<Object> all = new ArrayList<>(List.of("ip", "netns", "exec", host));
        all.addAll(List.of(words));
        return all.toArray();
    }

    /** Runs a task on a host: a socket that it opens stays there. */
    static <T> T in(String host, Callable<T> task) throws Exception {
        return NetworkNamespace.in("/run/netns/" + host, task);
    }

    private void command(Object... words) throws IOException, InterruptedException {
        Program.run(directory, words);
    }

    private void delete() throws IOException, InterruptedException {
        for (String name : namespaces) {
            command("ip", "netns", "delete", name);
        }
    }
}
