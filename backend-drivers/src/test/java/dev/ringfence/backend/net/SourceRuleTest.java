// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.memory.PrivateMemory;
import dev.ringfence.protocol.FrameHeaders;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class SourceRuleTest {
    private static final long OWN = 0x02_00_00_00_00_aaL;
    private static final String FROM_OWN = "ffffffffffff" + "0200000000aa";
    private static final String FROM_OTHER = "ffffffffffff" + "0200000000bb";
    private static final String ARP = "0806" + "0001" + "0800" + "0604" + "0001";
    private static final String TARGET = "000000000000" + "0a000001";

    private final PrivateMemory memory = new PrivateMemory(256);
    private final FrameHeaders headers = new FrameHeaders();

    private FrameHeaders frame(String... parts) {
        byte[] bytes = HexFormat.of().parseHex(String.join("", parts));
        memory.window().put(0, bytes, 0, bytes.length);
        headers.decode(memory.window(), 0, bytes.length);
        return headers;
    }

    private static SourceRule rule(boolean spoof, String... sources) throws Exception {
        List<InetAddress> addresses = new ArrayList<>();
        for (String source : sources) {
            addresses.add(InetAddress.getByName(source));
        }
        return new SourceRule(OWN, spoof, addresses);
    }

    private static String ipv4(String source) {
        return "0800" + "4500001c00000000" + "40110000" + source + "0a000001" + "00350035" + "00080000";
    }

    private static String ipv6(String source) {
        return "86dd" + "6000000000083a40" + source + "ff020000000000000000000000000001" + "8000000000000000";
    }

    private static String arp(String hardware, String source) {
        return ARP + hardware + source + TARGET;
    }

    @Test
    void byDefaultFromItsOwnEthernetAddressAlone() throws Exception {
        SourceRule rule = rule(false);
        assertThat(rule.admits(frame(FROM_OWN, ipv4("0a000002")))).isTrue();
        assertThat(rule.admits(frame(FROM_OWN, "88cc", "00".repeat(20)))).isTrue();
        assertThat(rule.admits(frame(FROM_OTHER, ipv4("0a000002")))).isFalse();
        assertThat(rule.admits(frame(FROM_OTHER, "88cc", "00".repeat(20)))).isFalse();
    }

    @Test
    void soItIsInsideOfArp() throws Exception {
        SourceRule rule = rule(false);
        assertThat(rule.admits(frame(FROM_OWN, arp("0200000000aa", "0a000002"))))
                .isTrue();
        assertThat(rule.admits(frame(FROM_OWN, arp("0200000000bb", "0a000002"))))
                .isFalse();
        assertThat(rule.admits(frame(FROM_OWN, "81000005", arp("0200000000bb", "0a000002"))))
                .isFalse();
        assertThat(rule.admits(frame(FROM_OWN, ARP))).as("cut off").isFalse();
    }

    @Test
    void whoMaySpoofSendsAsAnybody() throws Exception {
        SourceRule rule = rule(true);
        assertThat(rule.admits(frame(FROM_OTHER, ipv4("0a000002")))).isTrue();
        assertThat(rule.admits(frame(FROM_OTHER, arp("0200000000cc", "0a000002"))))
                .isTrue();
    }

    @Test
    void listedAddressesAreTheOnlyOnes() throws Exception {
        SourceRule rule = rule(false, "10.0.0.2", "192.168.0.2", "fd00::2");
        assertThat(rule.admits(frame(FROM_OWN, ipv4("0a000002")))).isTrue();
        assertThat(rule.admits(frame(FROM_OWN, ipv4("c0a80002")))).isTrue();
        assertThat(rule.admits(frame(FROM_OWN, ipv4("0a000003")))).isFalse();
        assertThat(rule.admits(frame(FROM_OWN, "81000005", ipv4("0a000003")))).isFalse();
        assertThat(rule.admits(frame(FROM_OWN, arp("0200000000aa", "0a000002"))))
                .isTrue();
        assertThat(rule.admits(frame(FROM_OWN, arp("0200000000aa", "0a000003"))))
                .isFalse();
        assertThat(rule.admits(frame(FROM_OWN, ipv6("fd000000000000000000000000000002"))))
                .isTrue();
        assertThat(rule.admits(frame(FROM_OWN, ipv6("fd000000000000000000000000000003"))))
                .isFalse();
        assertThat(rule.admits(frame(FROM_OWN, ipv6("fd010000000000000000000000000002"))))
                .isFalse();
        assertThat(rule.admits(frame(FROM_OTHER, ipv4("0a000002")))).isFalse();
    }

    @Test
    void whoHasNoAddressYetSaysSo() throws Exception {
        SourceRule rule = rule(false, "10.0.0.2");
        assertThat(rule.admits(frame(FROM_OWN, ipv4("00000000")))).as("DHCP").isTrue();
        assertThat(rule.admits(frame(FROM_OWN, arp("0200000000aa", "00000000"))))
                .as("probe")
                .isTrue();
        assertThat(rule.admits(frame(FROM_OWN, ipv6("00".repeat(16)))))
                .as("detection of duplicates")
                .isTrue();
    }

    @Test
    void itsLinkLocalAddressIsItsOwnByNature() throws Exception {
        SourceRule rule = rule(false, "10.0.0.2");
        assertThat(rule.admits(frame(FROM_OWN, ipv6("fe800000000000000000" + "00fffe0000aa"))))
                .isTrue();
        assertThat(rule.admits(frame(FROM_OWN, ipv6("fe800000000000000000" + "00fffe0000bb"))))
                .isFalse();
    }

    @Test
    void whereAddressesAreListedNothingElseIsSent() throws Exception {
        SourceRule rule = rule(true, "10.0.0.2");
        assertThat(rule.admits(frame(FROM_OTHER, ipv4("0a000002")))).isTrue();
        assertThat(rule.admits(frame(FROM_OTHER, "88cc", "00".repeat(20)))).isFalse();
        assertThat(rule.admits(frame(FROM_OTHER, "0800", "45"))).as("cut off").isFalse();
        assertThat(rule.admits(frame(FROM_OTHER, "0800", "65", "00".repeat(40))))
                .as("a lie")
                .isFalse();
        assertThat(rule.admits(frame(FROM_OTHER, "81000001".repeat(3), ipv4("0a000003"))))
                .as("behind more tags than are looked behind")
                .isFalse();
    }
}
