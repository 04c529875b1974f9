// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import static dev.ringfence.backend.net.TestLan.ALL;
import static dev.ringfence.backend.net.TestLan.address;
import static dev.ringfence.backend.net.TestLan.frame;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.memory.Errno;
import dev.ringfence.protocol.NetifLayout;
import java.lang.management.ManagementFactory;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ports 0 to 2 may send as themselves alone, port 3 as anybody. */
class EthernetSwitchTest {
    private static final String STRANGER = "02aaaaaaaaaa";

    @AutoClose
    private final TestLan lan = new TestLan(4, 3, 1);

    private void assertNothingWaits() {
        for (int port = 0; port < 4; port++) {
            assertThat(lan.receive(port)).as("port %d", port).isEmpty();
        }
    }

    @Test
    void aFrameGoesWhereItsDestinationIs() {
        String frame = frame(address(1), address(0), "abcd");
        assertThat(lan.send(0, frame)).isZero();
        assertThat(lan.receive(1)).isEqualTo(frame);
        assertNothingWaits();
    }

    @ParameterizedTest
    @ValueSource(strings = {ALL, "01005e000001", "333300000001", STRANGER})
    void whatIsForManyOrForNobodyKnownGoesToAllOthers(String destination) {
        String frame = frame(destination, address(1), "abcd");
        assertThat(lan.send(1, frame)).isZero();
        assertThat(lan.receive(0)).isEqualTo(frame);
        assertThat(lan.receive(2)).isEqualTo(frame);
        assertThat(lan.receive(3)).isEqualTo(frame);
        assertNothingWaits();
    }

    @Test
    void itLearnsWhoIsBehindAPort() {
        lan.send(3, frame(ALL, STRANGER, "00"));
        lan.receive(0);
        lan.receive(1);
        lan.receive(2);
        String answer = frame(STRANGER, address(0), "01");
        assertThat(lan.send(0, answer)).isZero();
        assertThat(lan.receive(3)).isEqualTo(answer);
        assertNothingWaits();

        lan.nowNanos += TestLan.AGEING + 1;
        lan.send(0, answer);
        assertThat(lan.receive(1)).as("forgotten, so flooded").isEqualTo(answer);
    }

    @Test
    void nobodyDrawsTheAddressOfAnotherAway() {
        assertThat(lan.send(3, frame(ALL, address(1), "00")))
                .as("it may say so")
                .isZero();
        lan.receive(0);
        lan.receive(1);
        lan.receive(2);
        String frame = frame(address(1), address(0), "01");
        lan.send(0, frame);
        assertThat(lan.receive(1)).isEqualTo(frame);
        assertNothingWaits();
    }

    @Test
    void whoSendsAsSomebodyElseIsNotHeard() {
        assertThat(lan.send(0, frame(address(1), address(2), "00"))).isEqualTo(-Errno.EPERM);
        assertThat(lan.send(0, frame(ALL, STRANGER, "00"))).isEqualTo(-Errno.EPERM);
        assertNothingWaits();
        String frame = frame(STRANGER, address(1), "01");
        lan.send(1, frame);
        assertThat(lan.receive(2)).as("nothing was learned of it").isEqualTo(frame);
    }

    @Test
    void whatIsForTheSenderItselfGoesNowhere() {
        assertThat(lan.send(0, frame(address(0), address(0), "00"))).isEqualTo(-Errno.EHOSTUNREACH);
        assertNothingWaits();
    }

    @Test
    void aGuestThatIsNotThereGetsNothing() {
        Inboxes inboxes = lan.inboxes.get(1);
        Inboxes.Attachment first = inboxes.attach(1);
        inboxes.detach(first);
        assertThat(lan.send(0, frame(address(1), address(0), "00"))).isEqualTo(-Errno.EHOSTUNREACH);
        lan.send(0, frame(ALL, address(0), "00"));
        lan.receive(2);
        lan.receive(3);
        assertNothingWaits();

        inboxes.attach(1);
        inboxes.detach(first);
        assertThat(lan.send(0, frame(address(1), address(0), "01")))
                .as("the end of its earlier connection is nothing to the new one")
                .isZero();
    }

    @Test
    void whatIsLeftOfAnEarlierConnectionIsThrownAway() {
        lan.send(0, frame(address(1), address(0), "00"));
        lan.send(0, frame(address(1), address(0), "01"));
        lan.inboxes.get(1).drain();
        assertNothingWaits();
    }

    @Test
    void aFullInboxLosesForItsGuestAlone() {
        String large = frame(address(1), address(0), "00".repeat(1400));
        int sent = 0;
        while (lan.inboxes.get(1).missed(0) == 0) {
            assertThat(lan.send(0, large)).isZero();
            sent++;
        }
        String last = frame(ALL, address(0), "77");
        assertThat(lan.send(0, last)).isZero();
        assertThat(lan.receive(2)).isEqualTo(last);
        assertThat(lan.port(1, 0).missed()).isEqualTo(1);
        assertThat(lan.port(1, 0).missed()).isZero();
        for (int n = 0; n < sent - 1; n++) {
            assertThat(lan.receive(1)).isEqualTo(large);
        }
        assertThat(lan.receive(1)).isEmpty();
    }

    @Test
    void aStormIsBrokenAndConversationsGoOn() {
        String storm = frame(ALL, address(0), "00");
        int passed = 0;
        for (int n = 0; n < 1000; n++) {
            passed += lan.send(0, storm) == 0 ? 1 : 0;
            lan.receive(1);
            lan.receive(2);
            lan.receive(3);
        }
        assertThat(passed).isEqualTo(100);
        assertThat(lan.send(0, storm)).isEqualTo(-Errno.EAGAIN);
        assertNothingWaits();
        assertThat(lan.send(0, frame(address(1), address(0), "00"))).isZero();
        assertThat(lan.send(1, frame(ALL, address(1), "00")))
                .as("another's storm")
                .isZero();
        lan.nowNanos += 1_000_000;
        assertThat(lan.send(0, storm)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"1514, false, true", "1515, false, false", "1515, true, true", "65540, true, true"})
    void whatIsTooLargeToBeSentOnMustBeToBeCut(int bytes, boolean segmented, boolean arrives) {
        byte[] frame = new byte[bytes];
        new Random(bytes).nextBytes(frame);
        byte[] start = HexFormat.of().parseHex(frame(address(1), address(0), ""));
        System.arraycopy(start, 0, frame, 0, start.length);

        assertThat(lan.send(0, segmented ? NetifLayout.GSO_TCPV4 : NetifLayout.GSO_NONE, frame))
                .isZero();
        assertThat(lan.receive(1)).isEqualTo(arrives ? HexFormat.of().formatHex(frame) : "");
        assertThat(lan.port(1, 0).missed()).isEqualTo(arrives ? 0 : 1);
    }

    @Test
    void aTagIsNotCounted() {
        String tagged = address(1) + address(0) + "81000007" + "0800" + "45".repeat(1500);
        lan.send(0, tagged);
        assertThat(lan.receive(1)).isEqualTo(tagged);
        lan.send(0, tagged + "00");
        assertThat(lan.receive(1)).isEmpty();
    }

    @Test
    void flowsKeepToTheirQueueAndUseThoseThatAreOpen() {
        try (TestLan wide = new TestLan(2, 2, 4)) {
            int[] seen = new int[4];
            for (int flow = 0; flow < 64; flow++) {
                String to = "0a0001%02x".formatted(flow);
                String frame = frame(address(1), address(0), "00").replace("0a000002", to);
                wide.send(0, frame);
                wide.send(0, frame);
                for (int queue = 0; queue < 4; queue++) {
                    if (wide.receive(1, queue).equals(frame)) {
                        assertThat(wide.receive(1, queue))
                                .as("the flow's second frame")
                                .isEqualTo(frame);
                        seen[queue]++;
                    }
                }
            }
            assertThat(seen).doesNotContain(0);
            wide.inboxes.get(1).attach(1);
            for (int flow = 0; flow < 64; flow++) {
                String frame = frame(address(1), address(0), "00").replace("0a000002", "0a0001%02x".formatted(flow));
                wide.send(0, frame);
                assertThat(wide.receive(1, 0)).isEqualTo(frame);
            }
        }
    }

    @Test
    void noFrameAllocatesMemory() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        byte[] known = HexFormat.of().parseHex(frame(address(1), address(0), "00"));
        byte[] all = HexFormat.of().parseHex(frame(STRANGER, STRANGER, "00"));
        SwitchRound round = new SwitchRound(known, all);
        for (int n = 0; n < 20_000; n++) {
            round.run();
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int n = 0; n < 1000; n++) {
            round.run();
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        // The test makes two ports a round; a frame that allocated would cost another 16 bytes at least.
        assertThat(allocated / 1000).isLessThan(2 * 40 + 16);
    }

    /** A frame for one, and one for all; nobody takes them, so that full inboxes are among it. */
    private final class SwitchRound {
        private final byte[] known;
        private final byte[] all;

        SwitchRound(byte[] known, byte[] all) {
            this.known = known;
            this.all = all;
        }

        void run() {
            lan.send(0, NetifLayout.GSO_NONE, known);
            lan.send(3, NetifLayout.GSO_NONE, all);
            lan.nowNanos += 2_000_000;
        }
    }
}
