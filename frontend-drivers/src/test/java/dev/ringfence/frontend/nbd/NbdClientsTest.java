// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The clients people use, against disks of all manners. */
class NbdClientsTest extends Gateways {
    private static final int KIB = 1 << 10;
    private static final int BYTES = 48 << 20;

    /** How the disk behaves, and which replies the client gets. */
    enum Manner {
        PROMPT(false) {
            @Override
            MemoryBlockFrontend.Builder disk() {
                return MemoryBlockFrontend.ofBytes(BYTES);
            }
        },
        PROMPT_SIMPLE(true) {
            @Override
            MemoryBlockFrontend.Builder disk() {
                return PROMPT.disk();
            }
        },
        /** Classic requests of 44 KiB, out of order, two queues, and a pool that is nearly always empty. */
        NARROW(false) {
            @Override
            MemoryBlockFrontend.Builder disk() {
                return MemoryBlockFrontend.ofBytes(BYTES)
                        .outOfOrder(5)
                        .queues(2)
                        .maxTransferBytes(44 * KIB)
                        .poolBytes(5 * 44 * KIB)
                        .ringSlots(7);
            }
        },
        /** A loop that looks for work before it sleeps. */
        SPINNING(false) {
            @Override
            MemoryBlockFrontend.Builder disk() {
                return MemoryBlockFrontend.ofBytes(BYTES).threaded();
            }

            @Override
            NbdTuning tuning() {
                return NbdTuning.defaults().withSpin(Duration.ofNanos(20_000));
            }
        },
        NARROW_SIMPLE(true) {
            @Override
            MemoryBlockFrontend.Builder disk() {
                return NARROW.disk();
            }
        };

        private final boolean simpleReplies;

        Manner(boolean simpleReplies) {
            this.simpleReplies = simpleReplies;
        }

        abstract MemoryBlockFrontend.Builder disk();

        NbdTuning tuning() {
            return NbdTuning.defaults();
        }
    }

    private SimpleReplyProxy proxy;

    private String start(Manner manner) throws IOException {
        start(manner.disk(), manner.tuning());
        if (!manner.simpleReplies) {
            return gateway.uri();
        }
        proxy = new SimpleReplyProxy(gateway, directory.resolve("proxy.sock"));
        return proxy.uri();
    }

    @AfterEach
    void noClientBrokeTheProtocol() throws IOException {
        assertThat(gateway.violations()).isZero();
        if (proxy != null) {
            proxy.close();
        }
        awaitNoConnections();
    }

    /** Data with holes of all sizes, as images have them. */
    private Path image(long seed) throws IOException {
        byte[] image = new byte[BYTES];
        byte[] data = random(seed, BYTES / 2);
        for (int at = 0, run = 1; at < data.length; run = run * 5 % 8191) {
            int length = Math.min(run * 512, data.length - at);
            System.arraycopy(data, at, image, Math.min(2 * at, BYTES - length), length);
            at += length;
        }
        return Files.write(directory.resolve("image-" + seed), image);
    }

    @ParameterizedTest
    @EnumSource
    void nbdinfo(Manner manner) throws Exception {
        String uri = start(manner);
        assertThat(Tool.run("nbdinfo", "--json", uri))
                .contains("\"export-size\": " + BYTES)
                .contains("\"block_size_minimum\": 512")
                .contains("\"block_size_maximum\": 33554432")
                .contains("\"can_multi_conn\": true")
                .contains("\"can_fua\": true")
                .contains(manner.simpleReplies ? "\"structured\": false" : "\"structured\": true");
        assertThat(Tool.run("nbdinfo", "--list", uri)).contains("export=\"vol0\":");
        assertThat(Tool.run("nbdinfo", "--size", uri).strip()).isEqualTo(String.valueOf(BYTES));
        if (!manner.simpleReplies) {
            assertThat(Tool.run("nbdinfo", "--map", uri)).containsPattern("0 +" + BYTES + " +0 +data");
        }
    }

    @ParameterizedTest
    @EnumSource
    void nbdcopy(Manner manner) throws Exception {
        String uri = start(manner);
        Path image = image(1);
        Path copy = directory.resolve("copy");
        Tool.run("nbdcopy", "--flush", image, uri);
        assertThat(onDisk(0, BYTES)).isEqualTo(Files.readAllBytes(image));
        Tool.run("nbdcopy", uri, copy);
        assertThat(Files.mismatch(image, copy)).isEqualTo(-1);
        Tool.run("nbdcopy", "--synchronous", "--request-size=" + (8 << 20), uri, copy);
        assertThat(Files.mismatch(image, copy)).isEqualTo(-1);
    }

    @ParameterizedTest
    @EnumSource
    void qemuImg(Manner manner) throws Exception {
        String uri = start(manner);
        Path image = image(2);
        Path copy = directory.resolve("copy");
        assertThat(Tool.run("qemu-img", "info", uri)).contains("virtual size: 48 MiB");
        putOnDisk(0, random(3, BYTES));
        Tool.run("qemu-img", "convert", "-n", "-f", "raw", "-O", "raw", image, uri);
        assertThat(onDisk(0, BYTES)).isEqualTo(Files.readAllBytes(image));
        Tool.run("qemu-img", "compare", "-f", "raw", "-F", "raw", image, uri);
        Tool.run("qemu-img", "convert", "-f", "raw", "-O", "raw", uri, copy);
        assertThat(Files.mismatch(image, copy)).isEqualTo(-1);
    }

    @ParameterizedTest
    @EnumSource
    void qemuIo(Manner manner) throws Exception {
        String uri = start(manner);
        String output = Tool.run(
                "qemu-io",
                "-f",
                "raw",
                "-c",
                "write -P 0x11 0 10M",
                "-c",
                "write -P 0x22 1000 5000",
                "-c",
                "aio_write -P 0x33 1M 512",
                "-c",
                "aio_write -P 0x44 2M 3M",
                "-c",
                "aio_flush",
                "-c",
                "write -z 6M 1M",
                "-c",
                "write -f -P 0x55 8M 64k",
                "-c",
                "discard 9M 64k",
                "-c",
                "flush",
                "-c",
                "read -P 0x11 0 1000",
                "-c",
                "read -P 0x22 1000 5000",
                "-c",
                "read -P 0x11 6000 1042576",
                "-c",
                "read -P 0x33 1M 512",
                "-c",
                "read -P 0x44 2M 3M",
                "-c",
                "read -P 0 6M 1M",
                "-c",
                "read -P 0x55 8M 64k",
                "-c",
                "read -P 0 9M 64k",
                uri);
        assertThat(output).doesNotContainIgnoringCase("failed");
    }

    @ParameterizedTest
    @EnumSource
    void fio(Manner manner) throws Exception {
        String uri = start(manner);
        Tool.run(
                "fio",
                "--ioengine=nbd",
                "--verify_state_save=0",
                "--uri=" + uri,
                "--iodepth=32",
                "--size=24m",
                "--randseed=6",
                "--name=blocks",
                "--rw=randwrite",
                "--bsrange=512-128k",
                "--verify=crc32c",
                "--verify_fatal=1",
                "--name=mixed",
                "--stonewall",
                "--offset=24m",
                "--rw=randrw",
                "--bs=4k",
                "--verify=crc32c",
                "--verify_fatal=1",
                "--fsync=64");
    }

    @ParameterizedTest
    @EnumSource(names = {"PROMPT", "NARROW"})
    void severalConnectionsAtOnce(Manner manner) throws Exception {
        String uri = start(manner);
        Path image = image(4);
        Path copy = directory.resolve("copy");
        Tool.run("nbdcopy", "--connections=4", "--threads=4", image, uri);
        Tool.run("nbdcopy", "--connections=3", "--threads=3", uri, copy);
        assertThat(Files.mismatch(image, copy)).isEqualTo(-1);
        Tool.run(
                "fio",
                "--ioengine=nbd",
                "--verify_state_save=0",
                "--uri=" + uri,
                "--iodepth=16",
                "--thread",
                "--name=many",
                "--numjobs=4",
                "--size=8m",
                "--offset_increment=8m",
                "--rw=randwrite",
                "--bs=16k",
                "--verify=crc32c",
                "--verify_fatal=1");
    }

    @Test
    void readOnlyClients() throws Exception {
        start(MemoryBlockFrontend.ofBytes(BYTES).readOnly());
        Tool.run("nbdinfo", "--is", "read-only", gateway.uri());
        Tool.run("nbdinfo", "--can", "multi-conn", gateway.uri());
        Tool.run("qemu-io", "-r", "-f", "raw", "-c", "read -P 0 0 1M", gateway.uri());
        assertThat(Tool.fail("nbdcopy", image(5), gateway.uri())).contains("read-only");
    }

    @Test
    void largeSectors() throws Exception {
        start(MemoryBlockFrontend.ofBytes(BYTES).sectorBytes(4096));
        Path image = image(6);
        Tool.run("qemu-img", "convert", "-n", "-f", "raw", "-O", "raw", image, gateway.uri());
        assertThat(onDisk(0, BYTES)).isEqualTo(Files.readAllBytes(image));
        String output = Tool.run(
                "qemu-io", "-f", "raw", "-c", "write -P 0x77 100 200", "-c", "read -P 0x77 100 200", gateway.uri());
        assertThat(output).doesNotContainIgnoringCase("failed");
        assertThat(Tool.run("nbdinfo", gateway.uri())).contains("block_size_minimum: 4096");
    }

    @Test
    void tcp() throws Exception {
        disk = MemoryBlockFrontend.ofBytes(BYTES).build();
        gateway = NbdGateway.start(disk, NbdEndpoint.parse("tcp:127.0.0.1:0"), "vol 0/é");
        Path image = image(7);
        Path copy = directory.resolve("copy");
        Tool.run("nbdcopy", image, gateway.uri());
        Tool.run("nbdcopy", gateway.uri(), copy);
        assertThat(Files.mismatch(image, copy)).isEqualTo(-1);
        assertThat(Tool.run("nbdinfo", "--list", gateway.uri())).contains("export=\"vol 0/é\":");
    }
}
