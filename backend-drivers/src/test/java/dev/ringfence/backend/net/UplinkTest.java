// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import static dev.ringfence.backend.net.TestLan.ALL;
import static dev.ringfence.backend.net.TestLan.address;
import static dev.ringfence.backend.net.TestLan.frame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.ringfence.backend.ServedDevice;
import dev.ringfence.domain.ConnectionSpec;
import dev.ringfence.domain.DeviceDescription;
import dev.ringfence.domain.QueueSpec;
import dev.ringfence.domain.ReceiveMode;
import dev.ringfence.domain.SwitchOptions;
import dev.ringfence.memory.DatagramPair;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.IoVector;
import dev.ringfence.memory.PrivateMemory;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.VirtioNetHeader;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The uplink's wire is one of two connected sockets here; the host has the other. */
class UplinkTest {
    private static final String OUTSIDE = "02eeeeeeeeee";

    private final DatagramPair wire = DatagramPair.create(1 << 18);
    private final Descriptor host = wire.sender();

    @AutoClose
    private final TestLan lan = new TestLan(2, 2, 1);

    private final Uplink uplink = new TapUplink("lan", wire.receiver());
    private final PrivateMemory memory = new PrivateMemory(1 << 17);
    private final Window window = memory.window();
    private final IoVector vector = new IoVector(1);

    private EthernetSwitch started() {
        List<Egress> ports = new ArrayList<>(lan.inboxes);
        ports.add(uplink);
        EthernetSwitch joined = new EthernetSwitch(
                new ForwardingTable(64, TestLan.AGEING, 1),
                ports,
                java.util.Map.of(Long.parseLong(address(0), 16), 0, Long.parseLong(address(1), 16), 1),
                () -> 0);
        uplink.start(joined, new Ingress("uplink", 2, Optional.empty(), new StormGuard(1000, 0)));
        return joined;
    }

    private void hostSends(String frame) {
        byte[] bytes = HexFormat.of().parseHex(frame);
        window.fill(0, VirtioNetHeader.BYTES, (byte) 0);
        window.put(VirtioNetHeader.BYTES, bytes, 0, bytes.length);
        vector.clear();
        vector.add(window, 0, VirtioNetHeader.BYTES + (long) bytes.length);
        assertThat(vector.send(host)).isPositive();
    }

    @Test
    void whatComesWaitsUntilThisProcessServes() {
        started();
        String first = frame(address(0), OUTSIDE, "01");
        hostSends(first);
        String second = frame(ALL, OUTSIDE, "02");
        hostSends(second);
        assertThat(lan.receive(0)).isEmpty();

        uplink.serve();
        uplink.serve();
        await().until(() -> lan.receive(0).equals(first));
        await().until(() -> lan.receive(1).equals(second));
        uplink.close();
        host.close();
    }

    @Test
    void whoIsOutsideIsLearnedAndAnswered() {
        EthernetSwitch joined = started();
        uplink.serve();
        hostSends(frame(ALL, OUTSIDE, "01"));
        await().until(() -> !lan.receive(1).isEmpty());
        lan.receive(0);

        String answer = frame(OUTSIDE, address(0), "03");
        byte[] bytes = HexFormat.of().parseHex(answer);
        window.put(VirtioNetHeader.BYTES, bytes, 0, bytes.length);
        vector.clear();
        vector.add(window, 0, VirtioNetHeader.BYTES + (long) bytes.length);
        var headers = new dev.ringfence.protocol.FrameHeaders();
        headers.decode(window, VirtioNetHeader.BYTES, bytes.length);
        assertThat(joined.pass(lan.ingresses.get(0), vector, headers, false)).isZero();

        assertThat(lan.receive(1)).isEmpty();
        vector.clear();
        vector.add(window, 0, window.bytes());
        assertThat(vector.receive(host)).isEqualTo(VirtioNetHeader.BYTES + bytes.length);
        uplink.close();
        host.close();
    }

    @Test
    void anUplinkThatNeverServedEnds() {
        started();
        uplink.close();
        assertThat(vector.length()).isZero();
        host.close();
    }

    /** All of it as a driver process has it: from the description and files that the hypervisor hands over. */
    @Test
    void aSwitchAsTheHypervisorOpensIt() {
        SwitchOptions options = new SwitchOptions(
                1500,
                1000,
                10,
                SwitchOptions.Uplink.TAP,
                0,
                List.of(
                        new SwitchOptions.Port(3, 0, 0x0200_0000_0000L, false, ReceiveMode.COPY, List.of()),
                        new SwitchOptions.Port(4, 1, 0x0200_0000_0001L, false, ReceiveMode.COPY, List.of())));
        List<Descriptor> files = new ArrayList<>(List.of(wire.receiver()));
        for (int inbox = 0; inbox < 4; inbox++) {
            DatagramPair pair = DatagramPair.create(1 << 16);
            files.add(pair.sender());
            files.add(pair.receiver());
        }
        DeviceDescription description =
                new DeviceDescription("lan", DeviceDescription.SWITCH, 0, 512, false, 2, options.toMap());
        try (ServedDevice device = new NetDriver().open(description, files)) {
            assertThat(device.features("3/0", false)).containsEntry("multi-queue-max-queues", "2");
            assertThat(device.properties(false)).containsEntry("mtu", "1500");
            ServedDevice.Services services = device.connect(connection(4, 1));
            services.close();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> device.connect(connection(4, 0)))
                    .withMessage("the switch has no port for it: connection=4/0");
        }
        host.close();
    }

    private static ConnectionSpec connection(int guest, int handle) {
        QueueSpec queue = new QueueSpec(List.of(1), 1, false);
        return new ConnectionSpec(guest, handle, "lan", 256, false, List.of(queue, queue));
    }
}
