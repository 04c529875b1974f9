// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The handshake in golden bytes, put together by hand from the specification. */
class HandshakeTest extends Gateways {
    private static final String REPLY = "0003e889045565a9 ";
    private static final String EXPORT = "0000 0000000000100000 096d";
    private static final String BLOCK_SIZE = "0003 00000200 00001000 02000000";

    private RawClient client;

    @BeforeEach
    void connect() throws IOException {
        start(MemoryBlockFrontend.ofBytes(1 << 20));
        client = RawClient.connect(gateway).greet();
    }

    @Test
    void entersTransmissionByGo() throws IOException {
        client.option(7, "00000004 \"vol0\" 0001 0003");
        client.expect(REPLY + "00000007 00000003 0000000c" + EXPORT);
        client.expect(REPLY + "00000007 00000003 0000000e" + BLOCK_SIZE);
        client.expect(REPLY + "00000007 00000001 00000000");
        expectTransmission();
    }

    @Test
    void informsWithoutEnteringTransmission() throws IOException {
        client.option(6, "00000000 0002 0001 0007");
        client.expect(REPLY + "00000006 00000003 0000000c" + EXPORT);
        client.expect(REPLY + "00000006 00000003 0000000e" + BLOCK_SIZE);
        client.expect(REPLY + "00000006 00000003 00000006 0001 \"vol0\"");
        client.expect(REPLY + "00000006 00000001 00000000");
        expectOptions();
    }

    @Test
    void entersTransmissionByExportName() throws IOException {
        client.option(1, "\"vol0\"");
        client.expect("0000000000100000 096d");
        expectTransmission();
    }

    @Test
    void padsTheAnswerToExportNameForOldClients() throws IOException {
        RawClient old = RawClient.connect(gateway);
        old.receive(18);
        old.send("00000001").option(1, "");
        old.expect("0000000000100000 096d" + "00".repeat(124));
    }

    @Test
    void takesARequestSentBehindTheOption() throws IOException {
        client.send(
                "49484156454f5054 00000001 00000000" + "25609513 0000 0000 0000000000000007 0000000000000000 00000200");
        client.expect("0000000000100000 096d").expectSimple(0, 7);
        client.receive(512);
    }

    @Test
    void hangsUpOnAnUnknownExportName() throws IOException {
        client.option(1, "\"vol1\"");
        client.expectClosed();
        assertThat(gateway.violations()).isZero();
    }

    @Test
    void refusesToGoToAnUnknownExport() throws IOException {
        client.option(7, "00000004 \"vol1\" 0000");
        client.expect(REPLY + "00000007 80000006 0000000e \"no such export\"");
        expectOptions();
    }

    @Test
    void refusesAMalformedGo() throws IOException {
        for (String data :
                new String[] {"", "00000000", "00000005 \"vol0\" 0000", "00000000 0002 0003", "00000000 0000 00"}) {
            client.option(7, data);
            client.expect(REPLY + "00000007 80000003 00000009 \"malformed\"");
        }
        expectOptions();
    }

    @Test
    void listsTheExport() throws IOException {
        client.option(3, "");
        client.expect(REPLY + "00000003 00000002 00000008 00000004 \"vol0\"");
        client.expect(REPLY + "00000003 00000001 00000000");
    }

    @Test
    void refusesAListWithData() throws IOException {
        client.option(3, "00");
        client.expect(REPLY + "00000003 80000003 00000012 \"LIST takes no data\"");
    }

    @Test
    void refusesUnknownOptions() throws IOException {
        client.option(5, "");
        client.expect(REPLY + "00000005 80000001 00000008 \"option 5\"");
        client.option(0xfffffffe, "0102030405");
        client.expect(REPLY + "fffffffe 80000001 00000011 \"option 4294967294\"");
        expectOptions();
    }

    @Test
    void listsTheAllocationContext() throws IOException {
        structuredReplies();
        for (String queries : new String[] {
            "00000000", "00000001 00000005 \"base:\"", "00000002 00000003 \"x-a\" 0000000f \"base:allocation\""
        }) {
            client.option(9, "00000000" + queries);
            client.expect(REPLY + "00000009 00000004 00000013 00000000 \"base:allocation\"");
            client.expect(REPLY + "00000009 00000001 00000000");
        }
        client.option(9, "00000000 00000001 0000000d \"qemu:dirty-bm\"");
        client.expect(REPLY + "00000009 00000001 00000000");
    }

    @Test
    void setsTheAllocationContext() throws IOException {
        structuredReplies();
        client.option(10, "00000004 \"vol0\" 00000002 00000005 \"base:\" 0000000f \"base:allocation\"");
        client.expect(REPLY + "0000000a 00000004 00000013 00000001 \"base:allocation\"");
        client.expect(REPLY + "0000000a 00000001 00000000");
        go();
        client.request(0, 7, 9, 4096, 8192);
        client.expect("668e33ef 0001 0005 0000000000000009 0000000c 00000001 00002000 00000000");
    }

    @Test
    void forgetsTheContextWhenItIsSetAnew() throws IOException {
        structuredReplies();
        client.option(10, "00000000 00000001 0000000f \"base:allocation\"");
        client.receive(20 + 19 + 20);
        client.option(10, "00000000 00000001 00000005 \"base:\"");
        client.expect(REPLY + "0000000a 00000001 00000000");
        go();
        client.request(0, 7, 9, 4096, 8192).expectErrorChunk(22, 9);
    }

    @Test
    void refusesContextsWithoutStructuredReplies() throws IOException {
        client.option(10, "00000000 00000000");
        client.expect(REPLY + "0000000a 80000003 0000001d \"structured replies come first\"");
    }

    @Test
    void refusesMalformedContextQueries() throws IOException {
        structuredReplies();
        for (String data : new String[] {
            "",
            "00000000",
            "00000001",
            "00000000 00000001",
            "00000000 ffffffff",
            "00000000 00000001 00000009 \"base:\"",
            "00000000 00000000 00",
            "ffffffff 00000000"
        }) {
            client.option(10, data);
            client.expect(REPLY + "0000000a 80000003 00000009 \"malformed\"");
        }
        expectOptions();
    }

    @Test
    void acknowledgesAnAbortAndHangsUp() throws IOException {
        client.option(2, "");
        client.expect(REPLY + "00000002 00000001 00000000");
        client.expectClosed();
        assertThat(gateway.violations()).isZero();
    }

    @Test
    void hangsUpOnClientFlagsItDidNotOffer() throws IOException {
        RawClient stranger = RawClient.connect(gateway);
        stranger.receive(18);
        stranger.send("00000007").expectClosed();
        assertThat(gateway.violations()).isOne();
    }

    @Test
    void hangsUpOnAWrongMagicAndOnAbsurdLengths() throws IOException {
        client.send("49484156454f5055 00000003 00000000").expectClosed();
        RawClient.connect(gateway)
                .greet()
                .send("49484156454f5054 00000003 7fffffff")
                .expectClosed();
        assertThat(gateway.violations()).isEqualTo(2);
    }

    @Test
    void hangsUpOnAClientThatDoesNotChoose() throws IOException {
        gateway.close();
        start(MemoryBlockFrontend.ofBytes(1 << 20), NbdTuning.defaults().withHandshake(Duration.ofMillis(50)));
        RawClient.connect(gateway).greet().expectClosed();
        RawClient.connect(gateway).expectClosed();
        assertThat(gateway.violations()).isEqualTo(2);
    }

    private void structuredReplies() throws IOException {
        client.option(8, "00");
        client.expect(REPLY + "00000008 80000003 0000001e \"STRUCTURED_REPLY takes no data\"");
        client.option(8, "");
        client.expect(REPLY + "00000008 00000001 00000000");
    }

    private void go() throws IOException {
        client.option(7, "00000000 0000");
        client.receive(20 + 12 + 20 + 14 + 20);
    }

    private void expectOptions() throws IOException {
        listsTheExport();
    }

    private void expectTransmission() throws IOException {
        client.read(7, 0, 512).expectSimple(0, 7);
        client.receive(512);
    }
}
