// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Xen's own command line tools (Debian's xenstore-utils) as clients of the {@link StoreServer}. */
class XenstoreToolsTest {
    private final XenStore store = new XenStore();
    private final StoreClient client = new StoreClient(new LocalStoreTransport(store, 0));

    @TempDir
    private Path directory;

    private StoreServer server;

    private record Result(int status, String output) {}

    @BeforeEach
    void serve() throws IOException {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/xenstore-ls")),
                "needs Xen's tools: apt-get install xenstore-utils");
        server = StoreServer.open(store, directory.resolve("socket"));
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        if (server != null) {
            server.close();
        }
    }

    @Test
    void writeAndRead() throws Exception {
        assertThat(run("xenstore-write", "/a/b", "hello", "/a/c", "world").status())
                .isZero();
        assertThat(client.read("/a/b")).contains("hello");
        assertThat(run("xenstore-read", "/a/b", "/a/c")).isEqualTo(new Result(0, "hello\nworld\n"));
        assertThat(run("xenstore-read", "/none").status()).isEqualTo(1);
    }

    @Test
    void listAndExists() throws Exception {
        client.write("/a/b", "1");
        client.write("/a/c", "1");
        assertThat(run("xenstore-list", "/a")).isEqualTo(new Result(0, "b\nc\n"));
        assertThat(run("xenstore-exists", "/a/b").status()).isZero();
        assertThat(run("xenstore-exists", "/none").status()).isEqualTo(1);
    }

    @Test
    void lsShowsTheTreeWithPermissions() throws Exception {
        client.write("/vm/name", "web");
        client.setPermissions("/vm/name", StorePermissions.parse(List.of("n0", "r5")));
        assertThat(run("xenstore-ls", "-f", "-p").output())
                .isEqualTo("/vm = \"\"   (n0)\n/vm/name = \"web\"   (n0,r5)\n");
    }

    @Test
    void listShowsADirectoryTooLongForOneMessage() throws Exception {
        StringBuilder names = new StringBuilder();
        for (int i = 10_000; i < 12_000; i++) {
            client.mkdir("/long/node-" + i);
            names.append("node-").append(i).append('\n');
        }
        assertThat(run("xenstore-list", "/long")).isEqualTo(new Result(0, names.toString()));
    }

    @Test
    void chmodSetsPermissions() throws Exception {
        client.write("/a/b", "1");
        assertThat(run("xenstore-chmod", "-r", "/a", "n0", "r5", "b6").status()).isZero();
        assertThat(client.permissions("/a/b").texts()).containsExactly("n0", "r5", "b6");
        assertThat(run("xenstore-chmod", "/none", "n0").status()).isEqualTo(1);
    }

    @Test
    void rmRemovesASubtreeAndTidiesUp() throws Exception {
        client.write("/a/b/c", "1");
        assertThat(run("xenstore-rm", "/a/b").status()).isZero();
        assertThat(client.directory("/a")).isEmpty();
        client.write("/x/y/z", "1");
        assertThat(run("xenstore-rm", "-t", "/x/y/z").status()).isZero();
        assertThat(client.exists("/x")).isFalse();
    }

    @Test
    void watchIsToldOfTheFirstStateAndOfChanges() throws Exception {
        Path output = directory.resolve("watch.out");
        Process watch = start(output, "xenstore-watch", "-n", "3", "/a");
        await().untilAsserted(() -> assertThat(output).content().isEqualTo("/a\n"));
        client.write("/a/b", "1");
        client.remove("/a");
        assertThat(watch.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(output).content().isEqualTo("/a\n/a/b\n/a\n");
        assertThat(watch.exitValue()).isZero();
    }

    @Test
    void theRunDirectoryFindsTheSocketToo() throws Exception {
        client.write("/a", "1");
        ProcessBuilder builder = new ProcessBuilder("xenstore-read", "/a").redirectErrorStream(true);
        builder.environment().put("XENSTORED_RUNDIR", directory.toString());
        builder.environment().remove("XENSTORED_PATH");
        Process process = builder.start();
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("1\n");
    }

    private Result run(String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(directory, "tool", ".out");
        Process process = start(output, command);
        assertThat(process.waitFor(10, TimeUnit.SECONDS))
                .as("%s ends", command[0])
                .isTrue();
        return new Result(process.exitValue(), Files.readString(output));
    }

    private Process start(Path output, String... command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("XENSTORED_PATH", server.socket().toString());
        return builder.start();
    }
}
